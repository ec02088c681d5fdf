// How a network is carried: overlay or a physical network. Source: neutron/plugins/ml2/drivers/type_*.py.
import { CloudError } from '#platform/errors.ts'

/** What a geneve tunnel adds to each packet. */
const GENEVE_OVERHEAD = 58
export const MIN_MTU_IPV4 = 68
export const MIN_MTU_IPV6 = 1280
export const MAX_VNI = 65_536

export type Segment = {
  readonly network_type: string
  readonly physical_network: string | null
  readonly segmentation_id: number | null
}

export type ProviderRequest = {
  readonly type: string | undefined
  readonly physicalNetwork: string | undefined
  readonly segmentationId: number | undefined
}

const refused = (reason: string): CloudError =>
  new CloudError('badRequest', `Invalid input for operation: ${reason}.`, { code: 'InvalidInput' })

function flatSegment({ physicalNetwork, segmentationId }: ProviderRequest): Segment {
  if (physicalNetwork === undefined) throw refused('physical_network required for flat provider network')
  if (segmentationId !== undefined) throw refused('segmentation_id prohibited for flat provider network')
  return { network_type: 'flat', physical_network: physicalNetwork, segmentation_id: null }
}

function vlanSegment({ physicalNetwork, segmentationId }: ProviderRequest, known: readonly string[]): Segment {
  if (physicalNetwork === undefined) throw refused('physical_network required for VLAN provider network')
  if (!known.includes(physicalNetwork)) {
    throw refused(`physical_network '${physicalNetwork}' unknown for VLAN provider network`)
  }
  if (segmentationId === undefined) throw refused('segmentation_id required for VLAN provider network')
  if (segmentationId < 1 || segmentationId > 4094) throw refused('segmentation_id out of range (1 through 4094)')
  return { network_type: 'vlan', physical_network: physicalNetwork, segmentation_id: segmentationId }
}

function geneveSegment({
  physicalNetwork,
  segmentationId = null,
}: {
  readonly physicalNetwork: string | undefined
  readonly segmentationId?: number | null
}): Segment {
  if (physicalNetwork !== undefined) throw refused('provider:physical_network specified for geneve network')
  if (segmentationId !== null && (segmentationId < 1 || segmentationId > 16_777_215)) {
    throw refused('segmentation_id out of range (1 through 16777215)')
  }
  return { network_type: 'geneve', physical_network: null, segmentation_id: segmentationId }
}

/**
 * The segment that a network asks for; an overlay without an id where it asks for none.
 * @param physicalNetworks those with a bridge in this cloud
 */
export function segmentOf(request: ProviderRequest, physicalNetworks: readonly string[]): Segment {
  const { type, physicalNetwork, segmentationId } = request
  if (type === undefined) {
    if (physicalNetwork !== undefined || segmentationId !== undefined) throw refused('network_type required')
    return { network_type: 'geneve', physical_network: null, segmentation_id: null }
  }
  if (type === 'flat') return flatSegment(request)
  if (type === 'vlan') return vlanSegment(request, physicalNetworks)
  if (type === 'geneve') {
    return geneveSegment({ physicalNetwork, ...(segmentationId === undefined ? {} : { segmentationId }) })
  }
  throw refused(`network_type value '${type}' not supported`)
}

/** What no two networks may share. */
export const segmentKey = ({ network_type, physical_network, segmentation_id }: Segment): string =>
  [network_type, physical_network, segmentation_id].filter((part) => part !== null).join('/')

/** The refusal of a segment that another network has. */
export function segmentInUse({ network_type, physical_network, segmentation_id }: Segment): CloudError {
  if (network_type === 'flat') {
    const message = `Unable to create the flat network. Physical network ${physical_network} is in use.`
    return new CloudError('conflict', message, { code: 'FlatNetworkInUse' })
  }
  if (network_type === 'vlan') {
    const message = `Unable to create the network. The VLAN ${segmentation_id} on physical network ${physical_network} is in use.`
    return new CloudError('conflict', message, { code: 'VlanIdInUse' })
  }
  const message = `Unable to create the network. The tunnel ID ${segmentation_id} is in use.`
  return new CloudError('conflict', message, { code: 'TunnelIdInUse' })
}

/** The largest MTU that a segment carries. */
export const maxMtu = ({ network_type }: Pick<Segment, 'network_type'>, physicalMtu: number): number =>
  network_type === 'geneve' ? physicalMtu - GENEVE_OVERHEAD : physicalMtu

/** The MTU of a network: what was asked for, or all that fits. */
export function mtuOf(asked: number | undefined, largest: number): number {
  if (asked === undefined || asked === 0) return largest
  if (asked > largest) throw refused(`Requested MTU is too big, maximum is ${largest}`)
  if (asked < MIN_MTU_IPV4) throw refused(`Requested MTU is too small, minimum is ${MIN_MTU_IPV4}`)
  return asked
}
