// What this service does beyond the core of the Networking API, by Neutron's aliases. An alias is here only if what it stands for is.

/** An API extension as clients look for it. */
export type Extension = {
  readonly name: string
  readonly alias: string
  readonly description: string
  readonly updated: string
}

const extension = (alias: string, name: string, updated: string, description: string): Extension => ({
  name,
  alias,
  description,
  updated: `${updated}T10:00:00-00:00`,
})

export const EXTENSIONS: readonly Extension[] = [
  extension('agent', 'agent', '2013-02-03', 'The agent management extension.'),
  extension('allowed-address-pairs', 'Allowed Address Pairs', '2013-07-23', 'Provides allowed address pairs'),
  extension('availability_zone', 'Availability Zone', '2015-01-01', 'The availability zone extension.'),
  extension('binding', 'Port Binding', '2014-02-03', 'Expose port bindings of a virtual port to external application'),
  extension(
    'default-subnetpools',
    'Default Subnetpools',
    '2016-02-18',
    'Provides ability to mark and use a subnetpool as the default.',
  ),
  extension(
    'empty-string-filtering',
    'Empty String Filtering Extension',
    '2018-05-01',
    'Allow filtering by attributes with empty string value',
  ),
  extension(
    'ext-gw-mode',
    'Neutron L3 Configurable external gateway mode',
    '2013-03-28',
    'Extension of the router abstraction for specifying whether SNAT should occur on the external gateway',
  ),
  extension(
    'external-net',
    'Neutron external network',
    '2013-01-14',
    'Adds external network attribute to network resource.',
  ),
  extension(
    'extra_dhcp_opt',
    'Neutron Extra DHCP options',
    '2013-03-17',
    'Extra options configuration for DHCP. For example PXE boot options to DHCP clients can be specified (e.g. tftp-server, server-ip-address, bootfile-name)',
  ),
  extension('extraroute', 'Neutron Extra Route', '2013-02-01', 'Extra routes configuration for L3 router'),
  extension(
    'extraroute-atomic',
    'Atomically add/remove extra routes',
    '2019-07-10',
    'Edit extra routes of a router on server side by atomically adding/removing extra routes',
  ),
  extension(
    'filter-validation',
    'Filter parameters validation',
    '2018-07-04',
    'Provides validation on filter parameters.',
  ),
  extension(
    'fip-port-details',
    'Floating IP Port Details Extension',
    '2018-04-09',
    'Add port_details attribute to Floating IP resource',
  ),
  extension('net-mtu', 'Network MTU', '2015-03-25', 'Provides MTU attribute for a network resource.'),
  extension(
    'net-mtu-writable',
    'Network MTU (writable)',
    '2017-07-12',
    'Provides a writable MTU attribute for a network resource.',
  ),
  extension(
    'network-ip-availability',
    'Network IP Availability',
    '2015-09-24',
    'Provides IP availability data for each network and subnet.',
  ),
  extension(
    'network_availability_zone',
    'Network Availability Zone',
    '2015-01-01',
    'Availability zone support for network.',
  ),
  extension('pagination', 'Pagination support', '2016-06-12', 'Extension that indicates that pagination is enabled.'),
  extension('port-security', 'Port Security', '2012-07-23', 'Provides port security'),
  extension(
    'project-id',
    'project_id field enabled',
    '2016-09-09',
    'Extension that indicates that project_id field is enabled.',
  ),
  extension('provider', 'Provider Network', '2012-09-07', 'Expose mapping of virtual networks to physical networks'),
  extension(
    'quota_details',
    'Quota details management support',
    '2017-02-10',
    'Expose functions for quotas usage statistics per project',
  ),
  extension('quotas', 'Quota management support', '2012-07-29', 'Expose functions for quotas management per project'),
  extension(
    'revision-if-match',
    'If-Match constraints based on revision_number',
    '2016-12-11',
    'Extension indicating that If-Match based on revision_number is supported.',
  ),
  extension(
    'router',
    'Neutron L3 Router',
    '2012-07-20',
    'Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway.',
  ),
  extension(
    'router_availability_zone',
    'Router Availability Zone',
    '2015-01-01',
    'Availability zone support for router.',
  ),
  extension('security-group', 'security-group', '2012-10-05', 'The security groups extension.'),
  extension(
    'security-groups-normalized-cidr',
    'Normalized CIDR field for security group rules',
    '2020-07-28',
    'Add new field with normalized remote_ip_prefix cidr in SG rule',
  ),
  extension(
    'service-type',
    'Neutron Service Type Management',
    '2013-01-20',
    'API for retrieving service providers for Neutron advanced services',
  ),
  extension('sorting', 'Sorting support', '2016-06-12', 'Extension that indicates that sorting is enabled.'),
  extension(
    'standard-attr-description',
    'standard-attr-description',
    '2016-02-10',
    'Extension to add descriptions to standard attributes',
  ),
  extension(
    'standard-attr-revisions',
    'Resource revision numbers',
    '2016-04-11',
    'This extension will display the revision number of neutron resources.',
  ),
  extension(
    'standard-attr-tag',
    'Tag support for resources with standard attribute',
    '2017-01-01',
    'Enables to set tag on resources with standard attribute.',
  ),
  extension(
    'standard-attr-timestamp',
    'Resource timestamps',
    '2016-09-12',
    'Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes.',
  ),
  extension(
    'stateful-security-group',
    'Stateful security group',
    '2019-11-26',
    'Indicates if the security group is stateful or not',
  ),
  extension('subnet_allocation', 'Subnet Allocation', '2015-03-30', 'Enables allocation of subnets from a subnet pool'),
  extension('tag-creation', 'Tag creation extension', '2024-07-23', 'Allow to create multiple tags for a resource'),
]
