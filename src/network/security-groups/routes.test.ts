import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorOf, idOf, listOf, objectOf, startNetwork, type TestNetwork } from '../testing/cloud.ts'

let cloud: TestNetwork
beforeAll(async () => {
  cloud = await startNetwork()
})
afterAll(() => cloud.stop())

const createGroup = (body: object, token = 'member') =>
  cloud.api('POST', '/v2.0/security-groups', { body: { security_group: body }, token })
const createRule = (body: object, token = 'member') =>
  cloud.api('POST', '/v2.0/security-group-rules', { body: { security_group_rule: body }, token })

describe('security groups', () => {
  it('begin with the default group and its four rules', async () => {
    const [group, ...others] = listOf(await cloud.api('GET', '/v2.0/security-groups', { token: 'other-reader' }))
    expect(others).toEqual([])
    expect(group).toMatchObject({ name: 'default', description: 'Default security group', stateful: true })
    const rules = await cloud.api('GET', `/v2.0/security-group-rules?security_group_id=${String(group?.id)}`, {
      token: 'other-reader',
    })
    const said = listOf(rules).map(
      (rule) => `${String(rule.direction)} ${String(rule.ethertype)} ${String(rule.remote_group_id)}`,
    )
    const own = String(group?.id)
    expect(said.sort()).toEqual([`egress IPv4 null`, `egress IPv6 null`, `ingress IPv4 ${own}`, `ingress IPv6 ${own}`])
    expect(errorOf(await cloud.api('DELETE', `/v2.0/security-groups/${own}`, { token: 'other-member' }))).toMatchObject(
      {
        status: 409,
        type: 'SecurityGroupCannotRemoveDefault',
      },
    )
    expect(errorOf(await createGroup({ name: 'Default' }))).toEqual({
      status: 409,
      type: 'SecurityGroupDefaultAlreadyExists',
      message: 'Default security group already exists.',
    })
  })

  it('are created with two rules, changed, and deleted', async () => {
    const answer = await createGroup({ name: 'web', description: 'd' })
    expect(answer.status).toBe(201)
    expect(objectOf(answer).security_group_rules).toHaveLength(2)
    const path = `/v2.0/security-groups/${idOf(answer)}`
    const changed = await cloud.api('PUT', path, {
      body: { security_group: { name: 'www', stateful: false } },
      token: 'member',
    })
    expect(objectOf(changed)).toMatchObject({ name: 'www', stateful: false, revision_number: 2 })
    expect(
      (await cloud.api('PUT', path, { body: { security_group: { name: 'x' } }, token: 'other-member' })).status,
    ).toBe(404)
    await cloud.settled()
    expect(cloud.fabric.securityGroups.revisions().get(idOf(answer))).toBe(2)
    expect((await cloud.api('DELETE', path, { token: 'member' })).status).toBe(204)
    expect(errorOf(await cloud.api('GET', path)).type).toBe('SecurityGroupNotFound')
    await cloud.settled()
    expect(cloud.fabric.securityGroups.revisions().has(idOf(answer))).toBe(false)
  })

  it('in use stay', async () => {
    const group = idOf(await createGroup({ name: 'used' }))
    const network = idOf(await cloud.api('POST', '/v2.0/networks', { body: { network: {} }, token: 'member' }))
    const port = { network_id: network, security_groups: [group] }
    const id = idOf(await cloud.api('POST', '/v2.0/ports', { body: { port }, token: 'member' }))
    expect(listOf(await cloud.api('GET', `/v2.0/ports?security_groups=${group}`))).toMatchObject([{ id }])
    expect(errorOf(await cloud.api('DELETE', `/v2.0/security-groups/${group}`, { token: 'member' }))).toEqual({
      status: 409,
      type: 'SecurityGroupInUse',
      message: `Security Group ${group} in use.`,
    })
    await cloud.api('DELETE', `/v2.0/ports/${id}`)
    expect((await cloud.api('DELETE', `/v2.0/security-groups/${group}`, { token: 'member' })).status).toBe(204)
  })
})

describe('security group rules', () => {
  let group: string
  beforeAll(async () => {
    group = idOf(await createGroup({ name: 'rules' }))
  })

  it('are created, once each, and deleted', async () => {
    const ssh = {
      security_group_id: group,
      direction: 'ingress',
      protocol: 'TCP',
      port_range_min: '22',
      port_range_max: 22,
      remote_ip_prefix: '10.0.0.7/8',
    }
    const answer = await createRule(ssh)
    expect(answer.status).toBe(201)
    expect(objectOf(answer)).toMatchObject({
      ethertype: 'IPv4',
      protocol: 'tcp',
      port_range_min: 22,
      port_range_max: 22,
      remote_ip_prefix: '10.0.0.7/8',
      normalized_cidr: '10.0.0.0/8',
      revision_number: 0,
    })
    expect(errorOf(await createRule({ ...ssh, protocol: '6' }))).toEqual({
      status: 409,
      type: 'SecurityGroupRuleExists',
      message: `Security group rule already exists. Rule id is ${idOf(answer)}.`,
    })
    expect(
      objectOf(await cloud.api('GET', `/v2.0/security-groups/${group}`, { token: 'member' })).security_group_rules,
    ).toHaveLength(3)
    const path = `/v2.0/security-group-rules/${idOf(answer)}`
    expect((await cloud.api('DELETE', path, { token: 'other-member' })).status).toBe(404)
    expect((await cloud.api('DELETE', path, { token: 'reader' })).status).toBe(403)
    expect((await cloud.api('DELETE', path, { token: 'member' })).status).toBe(204)
    expect(errorOf(await cloud.api('GET', path)).type).toBe('SecurityGroupRuleNotFound')
  })

  it('keep every port and legacy ICMPv6 in their canonical form', async () => {
    const open = await createRule({
      security_group_id: group,
      direction: 'ingress',
      protocol: 'udp',
      port_range_min: 1,
      port_range_max: 65535,
    })
    expect(objectOf(open)).toMatchObject({ port_range_min: null, port_range_max: null })
    const ping = await createRule({
      security_group_id: group,
      direction: 'ingress',
      protocol: 'icmp',
      ethertype: 'ipv6',
    })
    expect(objectOf(ping)).toMatchObject({ protocol: 'ipv6-icmp', ethertype: 'IPv6' })
  })

  it.each<[object, string, string]>([
    [
      { direction: 'sideways' },
      'HTTPBadRequest',
      "Invalid input for direction. Reason: sideways is not in ['ingress', 'egress'].",
    ],
    [
      { port_range_min: 1, port_range_max: 2 },
      'SecurityGroupProtocolRequiredWithPorts',
      'Must also specify protocol if port range is given.',
    ],
    [
      { protocol: 'tcp', port_range_min: 9, port_range_max: 2 },
      'SecurityGroupInvalidPortRange',
      'For TCP/UDP protocols, port_range_min must be <= port_range_max',
    ],
    [
      { protocol: 'tcp', port_range_min: 0, port_range_max: 2 },
      'SecurityGroupInvalidPortValue',
      'Invalid value for port 0',
    ],
    [
      { protocol: 'tcp', port_range_min: 1, port_range_max: 70000 },
      'SecurityGroupInvalidPortValue',
      'Invalid value for port 70000',
    ],
    [
      { protocol: 'icmp', port_range_min: 300 },
      'SecurityGroupInvalidIcmpValue',
      'Invalid value for ICMP type (port_range_min) 300. It must be 0 to 255.',
    ],
    [
      { protocol: 'icmp', port_range_max: 3 },
      'SecurityGroupMissingIcmpType',
      'ICMP code (port-range-max) 3 is provided but ICMP type (port-range-min) is missing.',
    ],
    [
      { protocol: 'esp', port_range_min: 1, port_range_max: 2 },
      'SecurityGroupInvalidProtocolForPort',
      'Ports cannot be specified for protocol 50. Ports are only supported for DCCP, SCTP, TCP, UDP, UDPLITE.',
    ],
    [
      { protocol: 'ipv6-icmp' },
      'SecurityGroupEthertypeConflictWithProtocol',
      'Invalid ethertype IPv4 for protocol ipv6-icmp.',
    ],
    [
      { remote_ip_prefix: '2001:db8::/64' },
      'SecurityGroupRuleParameterConflict',
      'Conflicting value ethertype IPv4 for CIDR 2001:db8::/64',
    ],
    [{ remote_ip_prefix: 'nowhere' }, 'InvalidCIDR', 'Invalid CIDR nowhere given as IP prefix.'],
    [
      { ethertype: 'IPv5' },
      'SecurityGroupRuleInvalidEtherType',
      "Security group rule for ethertype 'IPv5' not supported. Allowed values are ['IPv4', 'IPv6'].",
    ],
  ])('refuse %j', async (rule, type, message) => {
    const answer = await createRule({ security_group_id: group, direction: 'ingress', ...rule })
    expect(errorOf(answer)).toEqual({ status: 400, type, message })
  })

  it('name groups that exist, their own project’s', async () => {
    const unknown = '11111111-1111-4111-8111-111111111111'
    expect(errorOf(await createRule({ security_group_id: unknown, direction: 'ingress' }))).toMatchObject({
      status: 404,
      type: 'SecurityGroupNotFound',
    })
    expect(
      errorOf(await createRule({ security_group_id: group, direction: 'ingress', remote_group_id: unknown })).type,
    ).toBe('SecurityGroupNotFound')
    expect(errorOf(await createRule({ security_group_id: group, direction: 'ingress' }, 'other-member')).status).toBe(
      404,
    )
    const both = { remote_group_id: group, remote_ip_prefix: '10.0.0.0/8' }
    expect(errorOf(await createRule({ security_group_id: group, direction: 'ingress', ...both })).type).toBe(
      'SecurityGroupMultipleRemoteEntites',
    )
  })
})
