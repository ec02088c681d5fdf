// On libvirt's own test driver, which lives inside virsh: no daemon, no root.
import { afterEach, expect, test } from 'vitest'
import { LibvirtError } from './errors.ts'
import { type Libvirt, openLibvirt } from './libvirt.ts'
import { domainList, domainStates } from './parse.ts'
import { VirshSession } from './session.ts'

let libvirt: Libvirt | undefined

afterEach(async () => {
  await libvirt?.close()
  libvirt = undefined
})

function open(): Libvirt {
  libvirt = openLibvirt({ uri: 'test:///default', sessions: 1 })
  return libvirt
}

async function failure(promise: Promise<unknown>): Promise<LibvirtError> {
  const error = await promise.catch((thrown: unknown) => thrown)
  if (!(error instanceof LibvirtError)) throw new Error('expected a LibvirtError')
  return error
}

test('lists domains and their states', async () => {
  const { virsh } = open()
  const [domain] = domainList(await virsh('list', '--all', '--uuid', '--name'))
  expect(domain?.name).toBe('test')
  expect(domainStates(await virsh('domstats', '--state')).get('test')).toBe(1)
})

test('words arrive as they were sent, however long and strange', async () => {
  const { virsh } = open()
  const words = ['a b', "it's", '"quoted"', '\\', '; list --all', '$(id)', 'x'.repeat(3000), '하늘']
  expect(await virsh('echo', ...words)).toBe(words.join(' '))
  await expect(virsh('echo', 'a\nlist')).rejects.toThrow('control characters')
})

test('many commands at once are each answered for themselves', async () => {
  const { virsh } = open()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => virsh('echo', `number ${index}`)))
  expect(answers).toEqual(answers.map((_, index) => `number ${index}`))
})

test('what libvirt refuses is an error with its words; the session goes on', async () => {
  const { virsh } = open()
  const missing = await failure(virsh('dominfo', 'nobody'))
  expect([missing.reason, missing.message]).toEqual(['domain', "virsh dominfo nobody: failed to get domain 'nobody'"])
  expect((await failure(virsh('no-such-command'))).reason).toBe('refused')
  expect((await failure(virsh('start', 'test'))).reason).toBe('refused')
  expect(await virsh('domstate', 'test')).toBe('running')
})

test('XML goes in through a file that does not stay', async () => {
  const { virsh, virshXml } = open()
  const xml = "<domain type='test'><name>a</name><memory>1024</memory><os><type>hvm</type></os></domain>"
  await virshXml(xml, 'define')
  expect(await virsh('domstate', 'a')).toBe('shut off')
})

test('a command that does not end is given up, and another session takes over', async () => {
  const session = new VirshSession('test:///default')
  const error = await failure(session.run(['event', '--all', '--loop'], 300))
  expect([error.reason, session.alive]).toEqual(['timeout', false])
  expect((await failure(session.run(['list'], 300))).reason).toBe('connection')
})

test('no libvirtd is said to be so', async () => {
  libvirt = openLibvirt({ uri: 'qemu:///system?socket=/nonexistent/libvirt-sock' })
  expect((await failure(libvirt.virsh('list'))).reason).toBe('connection')
})
