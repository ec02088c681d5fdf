import { describe, expect, test } from 'vitest'
import { encodeOperation, insert, mutateRow, named } from './operations.ts'
import { Replica } from './replica.ts'
import { type Column, parseSchema } from './schema.ts'
import { applyDifference, booleanOf, decodeValue, encodeValue, listOf, mapOf, sameValue, textOf } from './values.ts'

const UUID = '4f1b2c3d-0000-4000-8000-000000000001'
const OTHER = '4f1b2c3d-0000-4000-8000-000000000002'
const strings: Column = { kind: 'set', key: 'string', single: false }
const optional: Column = { kind: 'set', key: 'boolean', single: true }
const uuids: Column = { kind: 'set', key: 'uuid', single: false }
const map: Column = { kind: 'map', key: 'string', value: 'string' }

const schema = parseSchema({
  name: 'Test',
  version: '1.0.0',
  tables: {
    Switch: {
      columns: {
        name: { type: 'string' },
        ports: { type: { key: { type: 'uuid', refTable: 'Port' }, min: 0, max: 'unlimited' } },
        external_ids: { type: { key: 'string', value: 'string', min: 0, max: 'unlimited' } },
      },
    },
    Port: {
      columns: {
        name: { type: 'string' },
        up: { type: { key: 'boolean', min: 0, max: 1 } },
        priority: { type: { key: { type: 'integer', minInteger: 0 } } },
      },
    },
  },
})

describe('values', () => {
  test.each<[Column, Parameters<typeof encodeValue>[1], unknown]>([
    [{ kind: 'atom', key: 'uuid' }, UUID, ['uuid', UUID]],
    [{ kind: 'atom', key: 'integer' }, 5, 5],
    [
      uuids,
      [UUID, named('new')],
      [
        'set',
        [
          ['uuid', UUID],
          ['named-uuid', 'new'],
        ],
      ],
    ],
    [uuids, named('new'), ['named-uuid', 'new']],
    [strings, [], ['set', []]],
    [strings, 'one', 'one'],
    [
      map,
      { a: 'b', named: 'x', c: 'd' },
      [
        'map',
        [
          ['a', 'b'],
          ['named', 'x'],
          ['c', 'd'],
        ],
      ],
    ],
  ])('%j writes %j as %j', (column, value, json) => {
    expect(encodeValue(column, value)).toEqual(json)
  })

  test('refuses values of another type', () => {
    expect(() => encodeValue({ kind: 'atom', key: 'integer' }, 'x')).toThrow(TypeError)
    expect(() => encodeValue({ kind: 'atom', key: 'string' }, ['x'])).toThrow(TypeError)
    expect(() => encodeValue(strings, { a: 'b' })).toThrow(TypeError)
    expect(() => encodeValue(strings, named('row'))).toThrow(TypeError)
  })

  test('reads a set of one and a set of many alike', () => {
    expect(decodeValue(strings, 'one')).toEqual(['one'])
    expect(decodeValue(strings, ['set', ['a', 'b']])).toEqual(['a', 'b'])
    expect(decodeValue(uuids, ['uuid', UUID])).toEqual([UUID])
    expect(decodeValue(optional, ['set', []])).toEqual([])
    expect(decodeValue(map, ['map', [['k', 'v']]])).toEqual({ k: 'v' })
    expect(() => decodeValue(map, 'x')).toThrow(TypeError)
  })

  test('applies differences: exclusive or of sets, changed keys of maps, replacement of single values', () => {
    expect(applyDifference(strings, ['a', 'b'], ['b', 'c'])).toEqual(['a', 'c'])
    expect(applyDifference(map, { a: '1', b: '2' }, { a: '1', b: '3', c: '4' })).toEqual({ b: '3', c: '4' })
    expect(applyDifference(optional, [true], [false])).toEqual([false])
    expect(applyDifference(optional, [true], [])).toEqual([])
  })

  test('accessors and comparison', () => {
    const row = { name: ['n'], up: [true], ports: ['b', 'a'], external_ids: { k: 'v' } }
    expect(textOf(row, 'name')).toBe('n')
    expect(booleanOf(row, 'up')).toBe(true)
    expect(listOf(row, 'ports')).toEqual(['b', 'a'])
    expect(mapOf(row, 'external_ids')).toEqual({ k: 'v' })
    expect(textOf(undefined, 'name')).toBe('')
    expect(sameValue(['a', 'b'], ['b', 'a'])).toBe(true)
    expect(sameValue(['a'], 'a')).toBe(true)
    expect(sameValue({ a: '1' }, { a: '2' })).toBe(false)
  })
})

describe('operations', () => {
  test('encode with the schema', () => {
    expect(encodeOperation(schema, insert('Port', { name: 'p', up: true, priority: 3 }, 'newport'))).toEqual({
      op: 'insert',
      table: 'Port',
      row: { name: 'p', up: true, priority: 3 },
      'uuid-name': 'newport',
    })
    const mutate = mutateRow('Switch', UUID, [
      ['ports', 'insert', [named('newport')]],
      ['external_ids', 'delete', { keys: ['old'] }],
    ])
    expect(encodeOperation(schema, mutate)).toEqual({
      op: 'mutate',
      table: 'Switch',
      where: [['_uuid', '==', ['uuid', UUID]]],
      mutations: [
        ['ports', 'insert', ['set', [['named-uuid', 'newport']]]],
        ['external_ids', 'delete', ['set', ['old']]],
      ],
    })
  })

  test('unknown tables and columns are refused before anything is sent', () => {
    expect(() => encodeOperation(schema, insert('Nope', {}))).toThrow(/no table Nope/)
    expect(() => encodeOperation(schema, insert('Port', { nope: 1 }))).toThrow(/no column Port.nope/)
  })
})

describe('replica', () => {
  test('follows update2 and keeps its indexes', () => {
    const replica = new Replica([
      { table: 'Port', column: 'name' },
      { table: 'Switch', column: 'external_ids', key: 'id' },
    ])
    replica.reset(schema)
    replica.apply(
      {
        Port: { [UUID]: { initial: { name: 'p1' } } },
        Switch: { [OTHER]: { initial: { external_ids: ['map', [['id', 'x']]] } } },
      },
      'update2',
    )
    expect(replica.get('Port', UUID)).toEqual({ name: 'p1', up: [], priority: 0 })
    expect(replica.find('Port', 'name', 'p1')).toEqual([UUID])
    expect(replica.find('Switch', 'external_ids', 'x', 'id')).toEqual([OTHER])
    const changes = replica.apply({ Port: { [UUID]: { modify: { up: true, name: 'p2' } } } }, 'update2')
    expect(changes).toEqual([
      {
        table: 'Port',
        uuid: UUID,
        old: { name: 'p1', up: [], priority: 0 },
        new: { name: 'p2', up: [true], priority: 0 },
      },
    ])
    expect(replica.find('Port', 'name', 'p1')).toEqual([])
    expect(replica.find('Port', 'name', 'p2')).toEqual([UUID])
    replica.apply(
      { Port: { [UUID]: { delete: null } }, Switch: { [OTHER]: { modify: { external_ids: ['map', [['id', 'y']]] } } } },
      'update2',
    )
    expect(replica.rows('Port').size).toBe(0)
    expect(replica.find('Port', 'name', 'p2')).toEqual([])
    expect(replica.find('Switch', 'external_ids', 'y', 'id')).toEqual([OTHER])
    expect(() => replica.find('Port', 'up', 'true')).toThrow(/no index/)
  })

  test('follows the plain update of the RFC', () => {
    const replica = new Replica([])
    replica.reset(schema)
    replica.apply({ Port: { [UUID]: { new: { name: 'p1', up: ['set', []], priority: 1 } } } }, 'update')
    replica.apply({ Port: { [UUID]: { old: { priority: 1 }, new: { name: 'p1', up: true, priority: 2 } } } }, 'update')
    expect(replica.get('Port', UUID)).toEqual({ name: 'p1', up: [true], priority: 2 })
    expect(replica.apply({ Port: { [UUID]: { old: { name: 'p1' } } } }, 'update')).toHaveLength(1)
    expect(replica.rows('Port').size).toBe(0)
  })
})
