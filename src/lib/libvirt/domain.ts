// The definition of a domain, from plain values to libvirt's XML (https://libvirt.org/formatdomain.html). Pure.
import { element, type XmlElement, xmlText } from '#lib/xml/xml.ts'

export interface DomainDisk {
  readonly file: string
  readonly format: 'raw' | 'qcow2'
  readonly device: 'disk' | 'cdrom'
  /** `vda` on virtio for disks, `hda` on IDE for CD-ROMs. */
  readonly target: string
}

export interface DomainInterface {
  readonly mac: string
  /** A tap that exists; libvirt neither makes nor removes it. */
  readonly tap: string
  readonly mtu: number
  /** Whether guest and host may leave checksums and segmentation to each other; not where the switch runs in user space. */
  readonly offloads: boolean
}

export interface Domain {
  readonly uuid: string
  readonly name: string
  /** Run by the processor itself, or translated. */
  readonly type: 'kvm' | 'qemu'
  readonly vcpus: number
  readonly memoryMb: number
  readonly disks: readonly DomainDisk[]
  readonly interfaces: readonly DomainInterface[]
  readonly consoleLog: string
  /** Goes into the domain's metadata element. */
  readonly metadata: XmlElement
}

/** Cache of translated code, MiB: QEMU's default of a share of the host's memory is far too much a guest. */
const translationCacheMib = 64

/** The XML of a whole domain. */
export function domainXml(domain: Domain): string {
  const system = {
    manufacturer: 'OpenStack Foundation',
    product: 'OpenStack Nova',
    serial: domain.uuid,
    uuid: domain.uuid,
    family: 'Virtual Machine',
  }
  return xmlText(
    element(
      'domain',
      { type: domain.type },
      element('name', {}, domain.name),
      element('uuid', {}, domain.uuid),
      element('metadata', {}, domain.metadata),
      element('memory', { unit: 'MiB' }, String(domain.memoryMb)),
      element('vcpu', {}, String(domain.vcpus)),
      // Guests know the cloud they are in by these words.
      element(
        'sysinfo',
        { type: 'smbios' },
        element('system', {}, ...Object.entries(system).map(([name, value]) => element('entry', { name }, value))),
      ),
      element(
        'os',
        {},
        element('type', { arch: 'x86_64', machine: 'pc' }, 'hvm'),
        element('boot', { dev: domain.disks[0]?.device === 'cdrom' ? 'cdrom' : 'hd' }),
        element('smbios', { mode: 'sysinfo' }),
      ),
      features(domain.type),
      domain.type === 'kvm' ? element('cpu', { mode: 'host-model' }) : element('cpu', { mode: 'maximum' }),
      clock(),
      element('on_poweroff', {}, 'destroy'),
      element('on_reboot', {}, 'restart'),
      element('on_crash', {}, 'destroy'),
      devices(domain),
    ),
  )
}

/** The XML of a network card, as attach-device and detach-device take it. */
export function interfaceXml(card: DomainInterface): string {
  return xmlText(interfaceElement(card))
}

function features(type: Domain['type']): XmlElement {
  const translation = element('tcg', {}, element('tb-cache', { unit: 'MiB' }, String(translationCacheMib)))
  return element('features', {}, element('acpi'), element('apic'), ...(type === 'qemu' ? [translation] : []))
}

function clock(): XmlElement {
  return element(
    'clock',
    { offset: 'utc' },
    element('timer', { name: 'pit', tickpolicy: 'delay' }),
    element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    element('timer', { name: 'hpet', present: 'no' }),
  )
}

function devices(domain: Domain): XmlElement {
  return element(
    'devices',
    {},
    ...domain.disks.map(diskElement),
    // An idle USB controller wakes the host a thousand times a second.
    element('controller', { type: 'usb', model: 'none' }),
    ...domain.interfaces.map(interfaceElement),
    element(
      'serial',
      { type: 'pty' },
      element('log', { file: domain.consoleLog, append: 'off' }),
      element('target', { port: 0 }),
    ),
    element('console', { type: 'pty' }, element('target', { type: 'serial', port: 0 })),
    element('graphics', { type: 'vnc', port: -1, autoport: 'yes', listen: '127.0.0.1' }),
    element('video', {}, element('model', { type: 'vga' })),
    element('memballoon', { model: 'virtio' }, element('stats', { period: 10 })),
    element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
  )
}

function diskElement(disk: DomainDisk): XmlElement {
  const cdrom = disk.device === 'cdrom'
  return element(
    'disk',
    { type: 'file', device: disk.device },
    element('driver', { name: 'qemu', type: disk.format, discard: cdrom ? undefined : 'unmap' }),
    element('source', { file: disk.file }),
    element('target', { dev: disk.target, bus: cdrom ? 'ide' : 'virtio' }),
    ...(cdrom ? [element('readonly')] : []),
  )
}

function interfaceElement(card: DomainInterface): XmlElement {
  const off = { csum: 'off', tso4: 'off', tso6: 'off', ecn: 'off', ufo: 'off' }
  const driver = element('driver', { name: 'qemu' }, element('host', { ...off, gso: 'off' }), element('guest', off))
  return element(
    'interface',
    { type: 'ethernet' },
    element('mac', { address: card.mac }),
    element('target', { dev: card.tap, managed: 'no' }),
    element('model', { type: 'virtio' }),
    ...(card.offloads ? [] : [driver]),
    element('mtu', { size: card.mtu }),
  )
}
