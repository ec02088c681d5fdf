// Names and keys in the Northbound database are those that Neutron's ML2/OVN driver writes, so that the tools and habits of OVN
// operators work here too (neutron: common/ovn/constants.py, doc/source/contributor/internals/ovn/data_model.rst).

export const DROP_PORT_GROUP = 'neutron_pg_drop'
export const METADATA_CIDR_V4 = '169.254.169.254/32'
export const METADATA_CIDR_V6 = 'fe80::a9fe:a9fe/128'

export const KEY = {
  networkName: 'neutron:network_name',
  networkId: 'neutron:network_id',
  mtu: 'neutron:mtu',
  revision: 'neutron:revision_number',
  availabilityZoneHints: 'neutron:availability_zone_hints',
  networkType: 'neutron:provnet-network-type',
  physicalNetwork: 'neutron:provnet-physical-network',
  portName: 'neutron:port_name',
  deviceId: 'neutron:device_id',
  deviceOwner: 'neutron:device_owner',
  projectId: 'neutron:project_id',
  cidrs: 'neutron:cidrs',
  securityGroupIds: 'neutron:security_group_ids',
  vnicType: 'neutron:vnic_type',
  hostId: 'neutron:host_id',
  securityGroupId: 'neutron:security_group_id',
  securityGroupRuleId: 'neutron:security_group_rule_id',
  routerName: 'neutron:router_name',
  isExternalGateway: 'neutron:is_ext_gw',
  isStaticRoute: 'neutron:is_static_route',
  subnetId: 'neutron:subnet_id',
  subnetIds: 'neutron:subnet_ids',
  floatingIpId: 'neutron:fip_id',
  floatingIpPortId: 'neutron:fip_port_id',
  floatingIpMac: 'neutron:fip_external_mac',
  floatingIpNetworkId: 'neutron:fip_network_id',
  metadataId: 'neutron:ovn-metadata-id',
  metadataSbCfg: 'neutron:ovn-metadata-sb-cfg',
  description: 'haneul:description',
  metadataDescription: 'haneul:metadata-description',
} as const

/** Logical switches and routers. */
export function ovnName(id: string): string {
  return `neutron-${id}`
}

/** The id behind a name made by `ovnName`; '' for any other name. */
export function idOfName(name: string): string {
  return name.startsWith('neutron-') ? name.slice('neutron-'.length) : ''
}

export function routerPortName(portId: string): string {
  return `lrp-${portId}`
}

export function localnetPortName(segmentId: string): string {
  return `provnet-${segmentId}`
}

/** OVN allows no dash in the names of port groups and address sets. */
export function portGroupName(securityGroupId: string): string {
  return `pg-${securityGroupId}`.replaceAll('-', '_')
}

/** Whether the port belongs to the cloud itself: security groups do not apply to it. */
export function isTrusted(deviceOwner: string): boolean {
  return deviceOwner.startsWith('network:')
}

export function isRouterPort(deviceOwner: string): boolean {
  return deviceOwner === 'network:router_interface' || deviceOwner === 'network:router_gateway'
}

export function isMetadataPort(deviceOwner: string, deviceId: string): boolean {
  return deviceOwner === 'network:distributed' && deviceId.startsWith('ovnmeta-')
}
