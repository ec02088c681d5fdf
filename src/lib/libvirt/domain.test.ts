import { expect, test } from 'vitest'
import { type Domain, domainXml, interfaceXml } from './domain.ts'
import { libvirtErrorIn } from './errors.ts'
import { domainList, domainStates, hostCapabilities, hypervisorVersion, interfacesOf } from './parse.ts'
import { quoted } from './session.ts'
import { element, xmlText } from '#lib/xml/xml.ts'

const card = { mac: 'fa:16:3e:00:00:0a', tap: 'tap0', mtu: 1442, offloads: false }
const domain: Domain = {
  uuid: '6f70656e-7374-4163-8b00-0000000000a1',
  name: 'instance-0000000a',
  type: 'qemu',
  vcpus: 2,
  memoryMb: 256,
  disks: [
    { file: '/i/disk', format: 'qcow2', device: 'disk', target: 'vda' },
    { file: '/i/disk.config', format: 'raw', device: 'cdrom', target: 'hda' },
  ],
  interfaces: [card],
  consoleLog: '/i/console.log',
  metadata: element('nova:name', { 'xmlns:nova': 'urn:x' }, 'a </metadata><evil attr="1"/> & co'),
}

test('what users wrote stays text', () => {
  const xml = domainXml(domain)
  expect(xml).toContain('a &lt;/metadata&gt;&lt;evil attr=&quot;1&quot;/&gt; &amp; co')
  expect(xmlText(element('a', { b: `"'<>&` }, 'x\u0000\u0008y'))).toBe(
    '<a b="&quot;&apos;&lt;&gt;&amp;">x\ufffd\ufffdy</a>',
  )
  expect(xmlText(element('a', { b: undefined }))).toBe('<a/>')
})

test('a guest is what nova would define', () => {
  const xml = domainXml(domain)
  expect(xml).toContain('<entry name="product">OpenStack Nova</entry>')
  expect(xml).toContain('<tb-cache unit="MiB">64</tb-cache>')
  expect(xml).toContain('<cpu mode="maximum"/>')
  expect(xml).toContain('<source file="/i/disk"/><target dev="vda" bus="virtio"/>')
  expect(xml).toContain('<source file="/i/disk.config"/><target dev="hda" bus="ide"/><readonly/>')
  expect(xml).toContain('<log file="/i/console.log" append="off"/>')
  expect(xml).toContain('listen="127.0.0.1"')
  expect(interfacesOf(xml)).toEqual([{ mac: card.mac, tap: card.tap }])
})

test('under KVM the processor is the host’s and nothing is translated', () => {
  const xml = domainXml({ ...domain, type: 'kvm' })
  expect(xml).toContain('<domain type="kvm">')
  expect(xml).toContain('<cpu mode="host-model"/>')
  expect(xml).not.toContain('<tcg>')
})

test('offloads go off only where the switch runs in user space', () => {
  expect(interfaceXml(card)).toContain('<guest csum="off" tso4="off" tso6="off" ecn="off" ufo="off"/>')
  expect(interfaceXml({ ...card, offloads: true })).not.toContain('csum')
  expect(interfaceXml(card)).toContain('<target dev="tap0" managed="no"/>')
})

test("virsh's answers are read", () => {
  expect(domainList(' 6f70656e-7374-4163-8b00-0000000000a1 instance-0000000a\n\n')).toEqual([
    { uuid: domain.uuid, name: domain.name },
  ])
  const stats = "Domain: 'a'\n  state.state=1\n  state.reason=5\n\nDomain: 'b'\n  state.state=5\n"
  expect([...domainStates(stats)]).toEqual([
    ['a', 1],
    ['b', 5],
  ])
  expect(hypervisorVersion('Using API: QEMU 9.0.0\nRunning hypervisor: QEMU 7.2.22\n')).toBe(7_002_022)
  const capabilities = (type: string): string =>
    `<capabilities><host><cpu><arch>x86_64</arch><model>EPYC</model><feature name='aes'/></cpu></host>
     <guest><os_type>hvm</os_type><arch name='i686'><domain type='kvm'/></arch></guest>
     <guest><os_type>hvm</os_type><arch name='x86_64'><domain type='qemu'/><domain type='${type}'/></arch></guest></capabilities>`
  expect(hostCapabilities(capabilities('kvm'))).toEqual({ cpuModel: 'EPYC', cpuFeatures: ['aes'], kvm: true })
  expect(hostCapabilities(capabilities('xen')).kvm).toBe(false)
})

test('errors tell what is wrong', () => {
  expect(libvirtErrorIn('x', 'warning: something\n')).toBeUndefined()
  expect(libvirtErrorIn('dominfo a', "error: failed to get domain 'a'\n")?.reason).toBe('domain')
  const lost = 'error: Disconnected from qemu:///system due to end of file\nerror: End of file while reading data\n'
  expect(libvirtErrorIn('list', lost)?.reason).toBe('connection')
  expect(libvirtErrorIn('start a', 'error: Failed to start\nerror: no memory\n')).toMatchObject({
    reason: 'refused',
    message: 'virsh start a: Failed to start no memory',
  })
})

test("words survive virsh's parser, and control characters do not reach it", () => {
  expect(quoted("it's")).toBe("'it'\\''s'")
  expect(() => quoted('a\nb')).toThrow('control characters')
})
