import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Source: neutron/conf/policies/port.py. */
export const portRules: readonly RuleDefault[] = [
  { name: 'network_device', check: 'field:port:device_owner=~^network:', description: 'A port of the cloud itself.' },
  {
    name: 'create_port',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner or rule:shared',
    scopes: ['project'],
    description: 'Create a port.',
  },
  {
    name: 'create_port:device_id',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s) or rule:service_api',
    scopes: ['project'],
    description: 'Create `device_id` of a port.',
  },
  {
    name: 'create_port:device_owner',
    check: 'not rule:network_device or (rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Create `device_owner` of a port.',
  },
  {
    name: 'create_port:mac_address',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Create `mac_address` of a port.',
  },
  {
    name: 'create_port:fixed_ips',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner or rule:shared',
    scopes: ['project'],
    description: 'Create `fixed_ips` of a port.',
  },
  {
    name: 'create_port:fixed_ips:ip_address',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Create `fixed_ips:ip_address` of a port.',
  },
  {
    name: 'create_port:fixed_ips:subnet_id',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner or rule:shared',
    scopes: ['project'],
    description: 'Create `fixed_ips:subnet_id` of a port.',
  },
  {
    name: 'create_port:port_security_enabled',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Create `port_security_enabled` of a port.',
  },
  {
    name: 'create_port:binding:host_id',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Create `binding:host_id` of a port.',
  },
  {
    name: 'create_port:binding:profile',
    check: 'rule:service_api',
    scopes: ['project'],
    description: 'Create `binding:profile` of a port.',
  },
  {
    name: 'create_port:binding:vnic_type',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s) or rule:service_api',
    scopes: ['project'],
    description: 'Create `binding:vnic_type` of a port.',
  },
  {
    name: 'create_port:allowed_address_pairs',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Create `allowed_address_pairs` of a port.',
  },
  {
    name: 'create_port:allowed_address_pairs:mac_address',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Create `allowed_address_pairs:mac_address` of a port.',
  },
  {
    name: 'create_port:allowed_address_pairs:ip_address',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Create `allowed_address_pairs:ip_address` of a port.',
  },
  {
    name: 'create_port:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s) or rule:context_is_advsvc',
    scopes: ['project'],
    description: 'Create `tags` of a port.',
  },
  {
    name: 'get_port',
    check:
      '(rule:admin_only) or (rule:service_api) or role:reader and rule:network_owner or role:reader and project_id:%(project_id)s',
    scopes: ['project'],
    description: 'Show a port.',
  },
  {
    name: 'get_port:binding:vif_type',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Show `binding:vif_type` of a port.',
  },
  {
    name: 'get_port:binding:vif_details',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Show `binding:vif_details` of a port.',
  },
  {
    name: 'get_port:binding:host_id',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Show `binding:host_id` of a port.',
  },
  {
    name: 'get_port:binding:profile',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Show `binding:profile` of a port.',
  },
  {
    name: 'get_port:tags',
    check:
      'rule:context_is_advsvc or (rule:admin_only) or (role:reader and rule:network_owner) or role:reader and project_id:%(project_id)s',
    scopes: ['project'],
    description: 'Show `tags` of a port.',
  },
  {
    name: 'update_port',
    check: '(rule:admin_only) or (rule:service_api) or role:member and project_id:%(project_id)s',
    scopes: ['project'],
    description: 'Change a port.',
  },
  {
    name: 'update_port:device_id',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s) or rule:service_api',
    scopes: ['project'],
    description: 'Change `device_id` of a port.',
  },
  {
    name: 'update_port:device_owner',
    check: 'not rule:network_device or (rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Change `device_owner` of a port.',
  },
  {
    name: 'update_port:mac_address',
    check: '(rule:admin_only) or (rule:service_api) or role:manager and rule:network_owner',
    scopes: ['project'],
    description: 'Change `mac_address` of a port.',
  },
  {
    name: 'update_port:fixed_ips',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Change `fixed_ips` of a port.',
  },
  {
    name: 'update_port:fixed_ips:ip_address',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Change `fixed_ips:ip_address` of a port.',
  },
  {
    name: 'update_port:fixed_ips:subnet_id',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner or rule:shared',
    scopes: ['project'],
    description: 'Change `fixed_ips:subnet_id` of a port.',
  },
  {
    name: 'update_port:port_security_enabled',
    check: '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner',
    scopes: ['project'],
    description: 'Change `port_security_enabled` of a port.',
  },
  {
    name: 'update_port:binding:host_id',
    check: '(rule:admin_only) or (rule:service_api)',
    scopes: ['project'],
    description: 'Change `binding:host_id` of a port.',
  },
  {
    name: 'update_port:binding:profile',
    check: 'rule:service_api',
    scopes: ['project'],
    description: 'Change `binding:profile` of a port.',
  },
  {
    name: 'update_port:binding:vnic_type',
    check: '(rule:admin_only) or (rule:service_api) or role:member and project_id:%(project_id)s',
    scopes: ['project'],
    description: 'Change `binding:vnic_type` of a port.',
  },
  {
    name: 'update_port:allowed_address_pairs',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Change `allowed_address_pairs` of a port.',
  },
  {
    name: 'update_port:allowed_address_pairs:mac_address',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Change `allowed_address_pairs:mac_address` of a port.',
  },
  {
    name: 'update_port:allowed_address_pairs:ip_address',
    check: '(rule:admin_only) or (role:member and rule:network_owner) or rule:service_api',
    scopes: ['project'],
    description: 'Change `allowed_address_pairs:ip_address` of a port.',
  },
  {
    name: 'update_port:tags',
    check: '(rule:admin_only) or (role:member and project_id:%(project_id)s) or rule:context_is_advsvc',
    scopes: ['project'],
    description: 'Change `tags` of a port.',
  },
  {
    name: 'delete_port',
    check:
      '(rule:admin_only) or (rule:service_api) or role:member and rule:network_owner or role:member and project_id:%(project_id)s',
    scopes: ['project'],
    description: 'Delete a port.',
  },
  {
    name: 'delete_port:tags',
    check:
      'rule:context_is_advsvc or role:member and project_id:%(project_id)s or (rule:admin_only) or (role:member and rule:network_owner)',
    scopes: ['project'],
    description: 'Delete `tags` of a port.',
  },
]
