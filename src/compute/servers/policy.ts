import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { adminRule, memberRule, readerRule } from '../policy.ts'

/** Source: nova/policies/servers.py, extended_server_attributes.py, console_output.py, pause_server.py, lock_server.py. */
export const serverRules: readonly RuleDefault[] = [
  readerRule('os_compute_api:servers:index', 'List servers.'),
  readerRule('os_compute_api:servers:detail', 'List servers with details.'),
  adminRule('os_compute_api:servers:index:get_all_tenants', 'List the servers of all projects.'),
  adminRule('os_compute_api:servers:detail:get_all_tenants', 'List the servers of all projects with details.'),
  adminRule('os_compute_api:servers:allow_all_filters', 'Use every filter of the server list.'),
  readerRule('os_compute_api:servers:show', 'Show a server.'),
  readerRule('os_compute_api:servers:show:flavor-extra-specs', "Show the extra specs of a server's flavor."),
  adminRule('os_compute_api:servers:show:host_status', "Show the state of a server's host."),
  adminRule(
    'os_compute_api:servers:show:host_status:unknown-only',
    "Show the state of a server's host while it is unknown.",
  ),
  adminRule('os_compute_api:os-extended-server-attributes', 'Show host, hypervisor and name on it.'),
  memberRule('os_compute_api:servers:create', 'Create a server.'),
  adminRule('os_compute_api:servers:create:forced_host', 'Create a server on a host that is not checked.'),
  adminRule('compute:servers:create:requested_destination', 'Create a server on a host that is asked for.'),
  memberRule('os_compute_api:servers:create:attach_network', 'Create a server with networks.'),
  adminRule(
    'os_compute_api:servers:create:zero_disk_flavor',
    'Create a server from an image with a flavor without disk.',
  ),
  adminRule('network:attach_external_network', 'Attach a server to an external network.'),
  memberRule('os_compute_api:servers:delete', 'Delete a server.'),
  memberRule('os_compute_api:servers:update', 'Update a server.'),
  memberRule('os_compute_api:servers:reboot', 'Reboot a server.'),
  memberRule('os_compute_api:servers:start', 'Start a server.'),
  memberRule('os_compute_api:servers:stop', 'Stop a server.'),
  memberRule('os_compute_api:os-console-output', 'Show the console output of a server.'),
  memberRule('os_compute_api:os-pause-server:pause', 'Pause a server.'),
  memberRule('os_compute_api:os-pause-server:unpause', 'Unpause a server.'),
  memberRule('os_compute_api:os-suspend-server:suspend', 'Suspend a server.'),
  memberRule('os_compute_api:os-suspend-server:resume', 'Resume a suspended server.'),
  memberRule('os_compute_api:os-lock-server:lock', 'Lock a server.'),
  memberRule('os_compute_api:os-lock-server:unlock', 'Unlock a server.'),
  adminRule('os_compute_api:os-lock-server:unlock:unlock_override', 'Unlock a server that somebody else has locked.'),
]
