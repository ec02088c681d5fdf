import { describe, expect, it } from 'vitest'
import { parseCandidateQuery } from './query.ts'
import { type CandidateRequest, QueryError } from './request.ts'

const AGG = '9323b2b1-82c9-4e91-bdff-e95e808ef954'
const AGG2 = '8592a199-7d73-4465-8df6-ab00a6243c82'
const RP = 'b9fc9abb-afc2-44d7-9722-19afc977446a'

const parse = (query: string, version: number): CandidateRequest =>
  parseCandidateQuery([...new URLSearchParams(query)], version)

const refusal = (query: string, version: number): string => {
  try {
    parse(query, version)
  } catch (error) {
    if (error instanceof QueryError) return error.message
    throw error
  }
  return 'accepted'
}

const codeOf = (query: string, version: number): string | undefined => {
  try {
    parse(query, version)
  } catch (error) {
    if (error instanceof QueryError) return error.code
  }
  return undefined
}

describe('groups', () => {
  it('reads every key of the newest version', () => {
    const { groups, ...rest } = parse(
      'resources=VCPU:2,MEMORY_MB:1024&required=HW_CPU_X86_VMX,!CUSTOM_SLOW&required=in:CUSTOM_A,CUSTOM_B' +
        `&member_of=${AGG}&member_of=!in:${AGG},${AGG2}&in_tree=${RP}` +
        '&resources_NET=VF:1&required_NET=CUSTOM_PHYSNET&required_NUMA=HW_NUMA_ROOT' +
        '&group_policy=isolate&limit=3&root_required=CUSTOM_ROOT,!CUSTOM_LEAF&same_subtree=_NET,_NUMA',
      39,
    )
    expect(groups.get('')).toEqual({
      useSameProvider: false,
      resources: new Map([
        ['VCPU', 2],
        ['MEMORY_MB', 1024],
      ]),
      requiredTraits: [new Set(['HW_CPU_X86_VMX']), new Set(['CUSTOM_A', 'CUSTOM_B'])],
      forbiddenTraits: new Set(['CUSTOM_SLOW']),
      memberOf: [new Set([AGG])],
      forbiddenAggregates: new Set([AGG, AGG2]),
      inTree: RP,
    })
    expect(groups.get('_NET')).toMatchObject({ useSameProvider: true, resources: new Map([['VF', 1]]) })
    expect(groups.get('_NUMA')).toMatchObject({ resources: new Map(), requiredTraits: [new Set(['HW_NUMA_ROOT'])] })
    expect(rest).toEqual({
      groupPolicy: 'isolate',
      limit: 3,
      rootRequired: new Set(['CUSTOM_ROOT']),
      rootForbidden: new Set(['CUSTOM_LEAF']),
      sameSubtrees: [new Set(['_NET', '_NUMA'])],
    })
  })

  it('takes the last of a repeated key, as far as repeating means nothing', () => {
    expect(parse('resources=VCPU:1&resources=VCPU:2', 39).groups.get('')?.resources).toEqual(new Map([['VCPU', 2]]))
    const { requiredTraits } = parse('resources=VCPU:1&required=A&required=B', 38).groups.get('') ?? {}
    expect(requiredTraits).toEqual([new Set(['B'])])
  })
})

// Each row: the last version that refuses with the message, the query, and the message; the next version accepts.
describe('both sides of each version', () => {
  it.each<[number, string, string]>([
    [15, 'resources=VCPU:1&limit=1', "Additional properties are not allowed ('limit' was unexpected)"],
    [16, 'resources=VCPU:1&required=A', "Additional properties are not allowed ('required' was unexpected)"],
    [20, `resources=VCPU:1&member_of=${AGG}`, "Additional properties are not allowed ('member_of' was unexpected)"],
    [
      21,
      'resources=VCPU:1&required=!A',
      "Expected 'required' parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: !A",
    ],
    [23, `resources=VCPU:1&member_of=${AGG}&member_of=${AGG2}`, 'Multiple member_of parameters are not supported'],
    [24, 'resources=VCPU:1&resources1=VF:1', "Additional properties are not allowed ('resources1' was unexpected)"],
    [24, 'resources=VCPU:1&group_policy=none', "Additional properties are not allowed ('group_policy' was unexpected)"],
    [
      30,
      `resources=VCPU:1&in_tree=${RP}`,
      "'in_tree' does not match any of the regexes: '^member_of([1-9][0-9]*)?$', '^required([1-9][0-9]*)?$', '^resources([1-9][0-9]*)?$'",
    ],
    [
      31,
      `resources=VCPU:1&member_of=!${AGG}`,
      'Forbidden member_of parameters are not supported in the specified microversion',
    ],
    [32, 'resources=VCPU:1&resources_NET=VF:1', "'resources_NET' does not match any of the regexes: '^in_tree("],
    [34, 'resources=VCPU:1&root_required=A', "'root_required' does not match any of the regexes:"],
    [35, 'resources=VCPU:1&resources_A=VF:1&same_subtree=_A', "'same_subtree' does not match any of the regexes:"],
    [38, 'resources=VCPU:1&required=in:A,B', "The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' only supported since"],
  ])('1.%i is the last to refuse %s', (version, query, message) => {
    expect(refusal(query, version)).toContain(message)
    expect(refusal(query, version + 1)).toBe('accepted')
  })
})

describe('refusals', () => {
  const resources =
    'Badly formed resources parameter. Expected resources query string parameter in form: ?resources=VCPU:2,MEMORY_MB:1024. Got: '
  const traits = 'Invalid query string parameters: Expected '
  it.each<[string, number, string]>([
    ['', 10, "Invalid query string parameters: 'resources' is a required property"],
    ['', 25, 'At least one request group (`resources` or `resources{$S}`) is required.'],
    ['', 36, 'There must be at least one resources or resources[$S] parameter.'],
    ['resources=', 39, `${resources}empty string.`],
    ['resources=VCPU', 39, `${resources}VCPU.`],
    ['resources=VCPU:1:2', 39, `${resources}VCPU:1:2.`],
    ['resources=VCPU:x', 39, 'Requested resource VCPU expected positive integer amount. Got: x.'],
    ['resources=VCPU:1.5', 39, 'Requested resource VCPU expected positive integer amount. Got: 1.5.'],
    ['resources=VCPU:0', 39, 'Requested resource VCPU requires amount >= 1. Got: 0.'],
    ['resources=VCPU:-3', 39, 'Requested resource VCPU requires amount >= 1. Got: -3.'],
    [
      'resources=VCPU:1&group_policy=some',
      25,
      "Invalid query string parameters: 'some' is not one of ['none', 'isolate']",
    ],
    [
      'resources1=VCPU:1&resources2=VCPU:1',
      25,
      'The "group_policy" parameter is required when specifying more than one "resources{N}" parameter.',
    ],
    [
      'resources=VCPU:1&required=A,,B',
      18,
      `${traits}'required' parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: A,,B`,
    ],
    [
      'resources=VCPU:1&required=A,!',
      22,
      `${traits}'required' parameter value of the form: HW_CPU_X86_VMX,!CUSTOM_MAGIC. Got an empty trait in: A,!`,
    ],
    [
      'resources=VCPU:1&required=in:A,',
      39,
      `${traits}'required' parameter value of the form: in:HW_CPU_X86_VMX,CUSTOM_MAGIC. Got an empty trait in: in:A,`,
    ],
    [
      'resources=VCPU:1&required=in:A,!B',
      39,
      "Invalid query string parameters: The format 'in:HW_CPU_X86_VMX,CUSTOM_MAGIC' does not support forbidden traits. Got: in:A,!B",
    ],
    [
      'resources=VCPU:1&required=A,!A',
      22,
      'Conflicting required and forbidden traits found in the following traits keys: required: (A)',
    ],
    [
      'resources1=VCPU:1&required1=in:B,A&required1=!A,!B',
      39,
      'Conflicting required and forbidden traits found in the following traits keys: required1: (A, B)',
    ],
    [
      'resources=VCPU:1&member_of=nope',
      21,
      "Invalid query string parameters: Expected 'member_of' parameter to contain valid UUID(s). Got: nope",
    ],
    [
      `resources=VCPU:1&member_of=${AGG},${AGG2}`,
      21,
      "Multiple values for 'member_of' must be prefixed with the 'in:' or '!in:' keyword using the valid microversion. " +
        `Got: ${AGG},${AGG2}`,
    ],
    [
      'resources=VCPU:1&in_tree=tree',
      31,
      "Invalid query string parameters: Expected 'in_tree' parameter to be a format of uuid. Got: tree",
    ],
    [
      'required=A&resources1=VF:1',
      25,
      'All traits parameters must be associated with resources.  Found the following orphaned traits keys: required',
    ],
    [
      `member_of2=${AGG}&resources1=VF:1`,
      25,
      'All member_of parameters must be associated with resources. Found the following orphaned member_of keys: member_of2',
    ],
    [`in_tree1=${RP}&resources=VF:1`, 31, 'All request groups must specify resources.'],
    [
      'resources=VCPU:1&required_A=T',
      36,
      "Resourceless suffixed group request should be specified in `same_subtree` query param: bad group(s) - ['_A'].",
    ],
    [
      'resources=VCPU:1&same_subtree=_A,_B',
      36,
      "Real suffixes should be specified in `same_subtree`: ['_A', '_B'] not found in [''].",
    ],
    [
      'resources=VCPU:1&same_subtree=_A,',
      36,
      'Empty string (unsuffixed group) can not be specified in `same_subtree` ',
    ],
    [
      'resources=VCPU:1&root_required=A&root_required=B',
      35,
      "Query parameter 'root_required' may be specified only once.",
    ],
    ['resources=VCPU:1&root_required=A,!A', 35, 'Conflicting required and forbidden traits found in root_required: A'],
  ])('%s at 1.%i', (query, version, message) => {
    expect(refusal(query, version)).toBe(message)
  })

  it.each(['0', '', '-1', 'cow', '1.5'])('a limit of %j', (limit) => {
    const message = `Invalid query string parameters: '${limit}' does not match '^[1-9][0-9]*$'`
    expect(refusal(`resources=VCPU:1&limit=${limit}`, 16)).toContain(message)
  })

  it('gives a code where Placement gives one', () => {
    expect(codeOf('resources=VCPU:1&root_required=A&root_required=B', 35)).toBe('placement.query.duplicate_key')
    expect(codeOf('resources=VCPU:1&root_required=A,!A', 35)).toBe('placement.query.bad_value')
    expect(codeOf('required_A=T', 36)).toBe('placement.query.missing_value')
    expect(codeOf('resources=VCPU:x', 36)).toBeUndefined()
  })

  it('takes uuids in the notations Python does', () => {
    for (const uuid of [AGG.toUpperCase(), AGG.replaceAll('-', ''), `{${AGG}}`, `urn:uuid:${AGG}`]) {
      expect(refusal(`resources=VCPU:1&member_of=${uuid}`, 39)).toBe('accepted')
    }
  })
})
