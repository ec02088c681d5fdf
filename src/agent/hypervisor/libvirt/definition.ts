import type { GuestSpec } from '#compute/drivers/driver.ts'
import { type DomainDisk, type DomainInterface, domainXml } from '#lib/libvirt/domain.ts'
import { element, type XmlElement } from '#lib/xml/xml.ts'

const namespace = 'http://openstack.org/xmlns/libvirt/nova/1.1'

export interface DefinitionParts {
  readonly type: 'kvm' | 'qemu'
  readonly disks: readonly DomainDisk[]
  readonly interfaces: readonly DomainInterface[]
  readonly consoleLog: string
}

/** The domain of a guest, as nova would define it. */
export function guestXml(spec: GuestSpec, { type, disks, interfaces, consoleLog }: DefinitionParts): string {
  const { id: uuid, name, vcpus, memoryMb } = spec
  return domainXml({ uuid, name, type, vcpus, memoryMb, disks, interfaces, consoleLog, metadata: novaMetadata(spec) })
}

/** What nova tells other tools of the host about an instance. */
function novaMetadata(spec: GuestSpec): XmlElement {
  const text = (name: string, value: string | number): XmlElement => element(name, {}, String(value))
  return element(
    'nova:instance',
    { 'xmlns:nova': namespace },
    element('nova:package', { version: '0.1.0' }),
    text('nova:name', spec.displayName),
    element(
      'nova:flavor',
      { name: spec.flavorName },
      text('nova:memory', spec.memoryMb),
      text('nova:disk', spec.rootGb),
      text('nova:swap', spec.swapMb),
      text('nova:ephemeral', spec.ephemeralGb),
      text('nova:vcpus', spec.vcpus),
    ),
    element(
      'nova:owner',
      {},
      element('nova:user', { uuid: spec.userId }),
      element('nova:project', { uuid: spec.projectId }),
    ),
    element('nova:root', { type: 'image', uuid: spec.image.id }),
    element('nova:ports', {}, ...spec.interfaces.map((card) => element('nova:port', { uuid: card.portId }))),
  )
}
