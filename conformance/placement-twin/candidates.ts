import { type Tour } from './tour.ts'
import { buildWorld, claimSome, createDice, drawSearch } from './worlds.ts'

const [one, two] = ['7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d31', '7d5e2a6c-4f3b-4c58-9a56-2a1f0c5b8d32']

/** Searches well and badly asked, of a tree of two and what shares with it. */
export async function visitCandidates(tour: Tour): Promise<void> {
  const { ask, minor } = tour
  const root = await tour.provider(`host-${minor}`, {
    inventories: { VCPU: { total: 4 }, MEMORY_MB: { total: 64, reserved: 8 } },
    traits: ['HW_CPU_X86_VMX'],
    aggregates: [one],
  })
  const child = await tour.provider(`nic-${minor}`, {
    parent: root,
    inventories: { SRIOV_NET_VF: { total: 4 } },
    traits: ['HW_NIC_OFFLOAD_TSO'],
  })
  await tour.provider(`nfs-${minor}`, {
    inventories: { DISK_GB: { total: 100 } },
    traits: ['MISC_SHARES_VIA_AGGREGATE'],
    aggregates: [one, two],
  })
  for (const query of [
    '',
    'resources=VCPU:1',
    'resources=VCPU:1,DISK_GB:1',
    'resources=VCPU:1,SRIOV_NET_VF:1',
    'resources=VCPU:5',
    'resources=VCPU:0',
    'resources=VCPU:-1',
    'resources=VCPU:x',
    'resources=VCPU',
    'resources=',
    'resources=%20',
    'resources=:1',
    'resources=VCPU:1,',
    'resources=NOPE:1',
    'resources=VCPU:1&resources=MEMORY_MB:1',
    'nope=1',
    'resources=VCPU:1&nope=1',
    'resources=VCPU:1&limit=1',
    'resources=VCPU:1&limit=0',
    'resources=VCPU:1&limit=-1',
    'resources=VCPU:1&limit=x',
    'resources=VCPU:1&limit=',
    'resources=VCPU:1&limit=1&limit=2',
    'resources=VCPU:1&required=HW_CPU_X86_VMX',
    'resources=VCPU:1&required=!HW_CPU_X86_VMX',
    'resources=VCPU:1&required=HW_CPU_X86_VMX,!HW_CPU_X86_VMX',
    'resources=VCPU:1&required=NOPE',
    'resources=VCPU:1&required=!NOPE',
    'resources=VCPU:1&required=',
    'resources=VCPU:1&required=,',
    'resources=VCPU:1&required=!',
    'resources=VCPU:1&required=HW_CPU_X86_VMX&required=HW_NIC_OFFLOAD_TSO',
    'resources=VCPU:1&required=in:HW_CPU_X86_VMX,HW_NIC_OFFLOAD_TSO',
    'resources=VCPU:1&required=in:HW_CPU_X86_VMX&required=!HW_CPU_X86_VMX',
    'resources=VCPU:1&required=in:HW_CPU_X86_VMX,!HW_NIC_OFFLOAD_TSO',
    'resources=VCPU:1&required=in:',
    'required=HW_CPU_X86_VMX',
    `member_of=${one}`,
    `resources=VCPU:1&member_of=${one}`,
    `resources=VCPU:1&member_of=${two}`,
    `resources=VCPU:1&member_of=${one},${two}`,
    `resources=VCPU:1&member_of=in:${one},${two}`,
    `resources=VCPU:1&member_of=${one}&member_of=${two}`,
    `resources=VCPU:1&member_of=!${one}`,
    `resources=VCPU:1&member_of=!in:${one},${two}`,
    'resources=VCPU:1&member_of=x',
    'resources=VCPU:1&member_of=',
    `resources=VCPU:1&in_tree=${child}`,
    `resources=VCPU:1&in_tree=${one}`,
    'resources=VCPU:1&in_tree=x',
    'resources=VCPU:1&in_tree=',
    `in_tree=${root}`,
    'resources1=VCPU:1',
    'resources1=VCPU:1&resources2=SRIOV_NET_VF:1',
    'resources1=VCPU:1&resources2=SRIOV_NET_VF:1&group_policy=none',
    'resources1=VCPU:1&resources2=VCPU:1&group_policy=isolate',
    'resources1=VCPU:1&resources2=VCPU:1&group_policy=none',
    'resources1=VCPU:1&resources2=VCPU:1&group_policy=x',
    'resources1=VCPU:1&group_policy=none&group_policy=isolate',
    'resources=VCPU:1&group_policy=',
    'resources0=VCPU:1',
    'resources01=VCPU:1',
    'resources_A=VCPU:1',
    'resources.A=VCPU:1',
    `resources${'A'.repeat(64)}=VCPU:1`,
    `resources${'A'.repeat(65)}=VCPU:1`,
    'resources1=VCPU:1&required2=HW_CPU_X86_VMX',
    'resources1=VCPU:1&required1=HW_CPU_X86_VMX,!HW_CPU_X86_VMX',
    'resources1=VCPU:1&required1=NOPE',
    `resources1=VCPU:1&member_of2=${one}`,
    `resources1=VCPU:1&member_of1=${one}&in_tree1=${root}`,
    'resources1=VCPU:1&in_tree2=x',
    'resources=VCPU:1&root_required=HW_CPU_X86_VMX',
    'resources=VCPU:1&root_required=!HW_CPU_X86_VMX',
    'resources=VCPU:1&root_required=HW_CPU_X86_VMX,!HW_CPU_X86_VMX',
    'resources=VCPU:1&root_required=NOPE',
    'resources=VCPU:1&root_required=!NOPE',
    'resources=VCPU:1&root_required=',
    'resources=VCPU:1&root_required=in:HW_CPU_X86_VMX,HW_NIC_OFFLOAD_TSO',
    'resources=VCPU:1&root_required=HW_CPU_X86_VMX&root_required=HW_NIC_OFFLOAD_TSO',
    'resources1=VCPU:1&resources2=SRIOV_NET_VF:1&group_policy=none&same_subtree=1,2',
    'resources1=VCPU:1&required2=HW_NIC_OFFLOAD_TSO&group_policy=none&same_subtree=1,2',
    'resources1=VCPU:1&required2=HW_NIC_OFFLOAD_TSO&group_policy=none',
    'resources1=VCPU:1&group_policy=none&same_subtree=1,3',
    'resources1=VCPU:1&group_policy=none&same_subtree=',
    'resources1=VCPU:1&group_policy=none&same_subtree=1,',
    'resources=VCPU:1&same_subtree=',
    'required1=HW_NIC_OFFLOAD_TSO&same_subtree=1',
    'resources_A=SRIOV_NET_VF:1&required_B=HW_CPU_X86_VMX&same_subtree=_A,_B&group_policy=none',
    'resources=VCPU:1&resources_A=SRIOV_NET_VF:1&required_B=!HW_CPU_X86_VMX&same_subtree=_A,_B&group_policy=none',
  ])
    await ask('GET', `/allocation_candidates?${query}`)
}

/** Versions that changed what can be searched for, or how answers look. */
export const searchVersions = [10, 12, 16, 17, 21, 22, 24, 25, 27, 28, 29, 31, 32, 33, 34, 35, 36, 39] as const

/** A world of this seed and searches at versions drawn with it. */
export async function searchWorld(tour: Tour, seed: number, searches: number): Promise<void> {
  const dice = createDice(seed)
  const world = await buildWorld(tour, dice)
  const release = await claimSome(tour, world, dice)
  for (let number = 0; number < searches; number += 1) {
    const minor = dice.chance(0.5) ? 39 : dice.pick(searchVersions)
    await tour.at(minor)('GET', `/allocation_candidates?${drawSearch(world, minor, dice)}`)
  }
  await release()
}
