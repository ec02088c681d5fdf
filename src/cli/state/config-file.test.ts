import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseHostConfig, writeFirstConfig } from './config-file.ts'
import { statePaths } from './paths.ts'

test('the first config.yaml is one that is read back', async () => {
  const paths = statePaths(await mkdtemp(path.join(tmpdir(), 'haneul-config-')))
  try {
    await writeFirstConfig(paths, '192.0.2.7', false)
    expect(parseHostConfig(await readFile(paths.config, 'utf8'))).toEqual({
      address: '192.0.2.7',
      region: 'RegionOne',
      listen: '0.0.0.0',
      ports: {},
      simulated: false,
      bridgeMappings: { extnet: 'br-ex' },
    })
    expect((await stat(paths.config)).mode & 0o777).toBe(0o600)
    await expect(writeFirstConfig(paths, '192.0.2.8', true)).rejects.toThrow('EEXIST')
  } finally {
    await rm(paths.directory, { recursive: true })
  }
})

test.each([
  ['[]', 'must be a map of settings'],
  ['address: example.org', 'address: must be an IP address'],
  ['hypervisor: xen', 'hypervisor: must be libvirt or simulated'],
  ['bridge_mappings: {extnet: "br-ex;reboot"}', 'bridge_mappings: extnet: must name a bridge'],
  ['bridge_mappings: {extnet: a-name-that-is-too-long}', 'bridge_mappings: extnet: must name a bridge'],
  ['bridge_mappings: {"a:b": br-ex}', 'bridge_mappings: a:b: must name a bridge'],
])('%s is refused', (source, message) => {
  expect(() => parseHostConfig(source)).toThrow(message)
})
