import { words } from '../openstack.ts'
import { expectThat } from '../tally.ts'
import type { Walk } from './walk.ts'

/** The networks, router and rules that the guides make before the first server. */
export async function walkNetwork({ kind, openstack, check }: Walk): Promise<void> {
  await check('network create (external, flat)', async () => {
    const network = await openstack.show(
      ...words('network create --external --provider-network-type flat --provider-physical-network extnet public'),
    )
    expectThat(
      network['router:external'] === true &&
        network['provider:network_type'] === 'flat' &&
        network['status'] === 'ACTIVE',
      JSON.stringify(network),
    )
  })
  await check('subnet create (external)', async () => {
    const subnet = await openstack.show(
      ...words('subnet create --network public --subnet-range 172.24.4.0/24 --no-dhcp --gateway 172.24.4.1'),
      ...words('--allocation-pool start=172.24.4.100,end=172.24.4.200 public-subnet'),
    )
    expectThat(subnet['enable_dhcp'] === false && subnet['gateway_ip'] === '172.24.4.1', JSON.stringify(subnet))
  })
  await check('network create, subnet create', async () => {
    const network = await openstack.show('network', 'create', 'network1')
    expectThat(network['provider:network_type'] === 'geneve' && network['mtu'] === 1442, JSON.stringify(network))
    const subnet = await openstack.show(
      'subnet',
      'create',
      '--network',
      'network1',
      '--subnet-range',
      '10.1.0.0/24',
      'subnet1',
    )
    expectThat(subnet['gateway_ip'] === '10.1.0.1' && subnet['enable_dhcp'] === true, JSON.stringify(subnet))
  })
  await check('overlapping subnets are refused', async () => {
    const complaint = await openstack.fails(
      'subnet',
      'create',
      '--network',
      'network1',
      '--subnet-range',
      '10.1.0.0/25',
      'twice',
    )
    expectThat(complaint.includes('overlaps with another subnet'), complaint)
  })
  await check('router create, router set, router add subnet', async () => {
    await openstack.show('router', 'create', 'router1')
    await openstack.text('router', 'set', 'router1', '--external-gateway', 'public')
    await openstack.text('router', 'add', 'subnet', 'router1', 'subnet1')
    const router = await openstack.show('router', 'show', 'router1')
    expectThat(
      JSON.stringify(router['external_gateway_info']).includes('172.24.4.') &&
        JSON.stringify(router['interfaces_info']).includes('10.1.0.1'),
      JSON.stringify(router),
    )
  })
  await check('security group rule create', async () => {
    const rule = await openstack.show('security', 'group', 'rule', 'create', '--proto', 'icmp', 'default')
    expectThat(rule['direction'] === 'ingress' && rule['protocol'] === 'icmp', JSON.stringify(rule))
    await openstack.show('security', 'group', 'rule', 'create', '--proto', 'tcp', '--dst-port', '22', 'default')
  })
  await check('network agent list', async () => {
    const rows = await openstack.list('network', 'agent', 'list')
    expectThat(
      kind === 'simulated' ||
        rows.some((row) => row['Agent Type'] === 'OVN Controller Gateway agent' && row['Alive'] === true),
      JSON.stringify(rows),
    )
  })
}
