// What somebody breaks behind the cloud's back: the doctor finds it, says it, and mends it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, expectThat } from '../tally.ts'
import { createServer, settled, type Site, vanished } from './site.ts'

const stray = 'a7f0e3c6-0000-4000-8000-000000000000'

export async function seeTheDoctor(site: Site, check: Check): Promise<void> {
  const { cloud, api } = site
  const doctor = (...argv: readonly string[]) => cloud.haneul(['doctor', '--state', cloud.state, ...argv])
  const must = async (...argv: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cloud.run(argv)
    expectThat(code === 0, `${argv.join(' ')}: ${stderr}`)
    return stdout
  }
  await check('the doctor finds nothing after all of that', async () => {
    const { code, stdout, stderr } = await doctor()
    expectThat(code === 0, stdout + stderr)
  })
  await check('the doctor finds and mends what others broke', async () => {
    const id = await createServer(site, 'broken')
    expectThat((await settled(site, id, 60)) === 'ACTIVE', 'not ACTIVE')
    const [port] = await api.list(`network/ports?device_id=${id}`, 'ports')
    await must('ovn-nbctl', `--db=unix:${cloud.state}/ovn/ovnnb_db.sock`, 'lsp-del', String(port?.['id']))
    await api.call('DELETE', `placement/allocations/${id}`)
    writeFileSync(join(cloud.state, 'images', stray), 'of nobody')
    const found = await doctor()
    expectThat(found.code === 1, `exit code ${found.code}`)
    for (const text of [
      `OVN lacks port ${String(port?.['id'])}`,
      `server ${id} runs on`,
      `image data ${stray} belongs to no image`,
    ])
      expectThat(found.stdout.includes(text), `"${text}" is not in ${found.stdout}`)
    const healed = await doctor('--heal')
    expectThat(healed.code === 0, healed.stdout + healed.stderr)
    expectThat((await doctor()).code === 0, 'something is left')
    await api.call('DELETE', `compute/servers/${id}`)
    await vanished(site, id, 30)
  })
  await check('trace tells the story of a request, explain that of a server', async () => {
    const asked = await cloud.run([
      'openstack',
      '--debug',
      'server',
      'create',
      '--flavor',
      site.flavorId,
      '--image',
      site.imageId,
      '--network',
      site.networkId,
      'traced',
    ])
    const ids = [...asked.stderr.matchAll(/POST call to compute .* used request id (req-[0-9a-f-]+)/g)]
    const requestId = ids.at(-1)?.[1] ?? ''
    expectThat(requestId !== '', `no request id in ${asked.stderr.slice(-2000)}`)
    const { code, stdout } = await cloud.haneul(['trace', requestId, '--state', cloud.state])
    expectThat(code === 0 && stdout.includes('compute.servers.create') && stdout.includes('claim'), stdout)
    const { code: unknown } = await cloud.haneul(['trace', `req-${stray}`, '--state', cloud.state])
    expectThat(unknown === 1, `exit code ${unknown} for a request that never was`)
    for (const server of await api.list('compute/servers?name=traced', 'servers')) {
      await settled(site, String(server['id']), 60)
      const told = await cloud.haneul(['explain', 'server', String(server['id']), '--state', cloud.state])
      expectThat(told.code === 0 && told.stdout.includes('ComputeFilter: 1'), `explain says: ${told.stdout}`)
      await api.call('DELETE', `compute/servers/${String(server['id'])}`)
      await vanished(site, String(server['id']), 30)
    }
  })
}
