// What every hypervisor driver must do: the simulated one, libvirt, and either of them behind the bus.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newUuid } from '#platform/ids.ts'
import type { GuestSpec, Hypervisor } from './driver.ts'

/** A driver to try, and a guest it can run: the contract sets `id` and `name`. */
export type Subject = {
  readonly driver: Hypervisor
  readonly spec: GuestSpec
  /** Another card that can be plugged in. */
  readonly card: GuestSpec['interfaces'][number]
  readonly close: () => Promise<void>
}

export function hypervisorContract(name: string, open: () => Promise<Subject>): void {
  describe(`hypervisor: ${name}`, () => {
    let subject: Subject
    let spec: GuestSpec
    const power = async () => (await subject.driver.list()).find((guest) => guest.id === spec.id)?.power
    beforeAll(async () => {
      subject = await open()
      spec = { ...subject.spec, id: newUuid(), name: 'instance-0000beef' }
    })
    afterAll(() => subject.close())

    it('says what the host has', async () => {
      const facts = await subject.driver.facts()
      expect(facts.vcpus).toBeGreaterThan(0)
      expect(facts.memoryMb).toBeGreaterThan(0)
    })

    it('spawns a guest, once however often it is asked', async () => {
      await subject.driver.spawn(spec)
      await subject.driver.spawn(spec)
      const mine = (await subject.driver.list()).filter((guest) => guest.id === spec.id)
      expect(mine).toEqual([{ id: spec.id, name: spec.name, power: 'running' }])
    })

    it('shows its console', async () => {
      await expect
        .poll(() => subject.driver.consoleOutput(spec, null), { timeout: 60_000, interval: 500 })
        .toContain('login:')
      expect((await subject.driver.consoleOutput(spec, 1)).split('\n').length).toBeLessThanOrEqual(2)
    })

    it('plugs a card in and out', async () => {
      await subject.driver.attachInterface(spec, subject.card)
      await subject.driver.attachInterface(spec, subject.card)
      await subject.driver.detachInterface(spec, subject.card)
      await subject.driver.detachInterface(spec, subject.card)
    })

    it('pauses and goes on', async () => {
      await subject.driver.pause(spec)
      await subject.driver.pause(spec)
      expect(await power()).toBe('paused')
      await subject.driver.unpause(spec)
      expect(await power()).toBe('running')
    })

    it('suspends and resumes', async () => {
      await subject.driver.suspend(spec)
      await subject.driver.suspend(spec)
      expect(await power()).toBe('shutdown')
      await subject.driver.resume(spec)
      await subject.driver.resume(spec)
      expect(await power()).toBe('running')
      await subject.driver.suspend(spec)
      await subject.driver.reboot(spec, 'hard', 0)
      expect(await power()).toBe('running')
    })

    it('stops, starts and reboots', async () => {
      await subject.driver.stop(spec, 0)
      await subject.driver.stop(spec, 0)
      expect(await power()).toBe('shutdown')
      await subject.driver.start(spec)
      await subject.driver.start(spec)
      expect(await power()).toBe('running')
      await subject.driver.reboot(spec, 'hard', 0)
      expect(await power()).toBe('running')
    })

    it('destroys it and everything of it, and says nothing when there is nothing', async () => {
      await subject.driver.destroy(spec)
      await subject.driver.destroy(spec)
      expect(await power()).toBeUndefined()
      await expect(subject.driver.consoleOutput(spec, null)).rejects.toMatchObject({ kind: 'notFound' })
      await expect(subject.driver.stop(spec, 0)).rejects.toMatchObject({ kind: 'notFound' })
      await expect(subject.driver.suspend(spec)).rejects.toMatchObject({ kind: 'notFound' })
      await expect(subject.driver.resume(spec)).rejects.toMatchObject({ kind: 'notFound' })
    })
  })
}
