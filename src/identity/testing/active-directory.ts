// What Active Directory does and OpenLDAP does not: groups in groups, followed by the server. A server on loopback that answers
// binds and searches over a few entries, by ldapts' own reading and writing of the protocol.
import { createServer, type Socket } from 'node:net'
import {
  AndFilter,
  BerReader,
  BerWriter,
  BindRequest,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  PresenceFilter,
  SearchRequest,
} from 'ldapts'

export type DirectoryEntry = {
  readonly dn: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

const [BIND, BOUND, SEARCH, FOUND, DONE] = [0x60, 0x61, 0x63, 0x64, 0x65]
const IN_CHAIN = '1.2.840.113556.1.4.1941'
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** @param password the one that everybody has */
export async function startActiveDirectory(entries: readonly DirectoryEntry[], password: string) {
  const valuesOf = (entry: DirectoryEntry, attribute: string): readonly string[] =>
    Object.entries(entry.attributes).find(([name]) => same(name, attribute))?.[1] ?? []
  /** DNs of those that a group has, by whatever way. */
  const membersOf = (dn: string, seen = new Set<string>()): Set<string> => {
    const group = entries.find((entry) => same(entry.dn, dn))
    for (const member of group ? valuesOf(group, 'member') : []) {
      if (seen.has(member)) continue
      seen.add(member)
      membersOf(member, seen)
    }
    return seen
  }
  const matches = (entry: DirectoryEntry, filter: Filter): boolean => {
    if (filter instanceof AndFilter) return filter.filters.every((each) => matches(entry, each))
    if (filter instanceof PresenceFilter) return valuesOf(entry, filter.attribute).length > 0
    if (filter instanceof EqualityFilter) {
      const { value } = filter
      return valuesOf(entry, filter.attribute).some((each) => same(each, String(value)))
    }
    if (filter instanceof ExtensibleFilter && filter.rule === IN_CHAIN) {
      if (filter.matchType === 'member') return membersOf(entry.dn).has(filter.value)
      if (filter.matchType === 'memberOf') return membersOf(filter.value).has(entry.dn)
    }
    return false
  }
  const answer = (data: Buffer): Buffer[] => {
    const reader = new BerReader(data)
    reader.readSequence()
    const messageId = reader.readInt() ?? 0
    const operation = reader.readSequence()
    if (operation === BIND) {
      const bind = new BindRequest({ messageId })
      bind.parse(reader, [])
      return [result(messageId, BOUND, bind.password === password ? 0 : 49)]
    }
    if (operation !== SEARCH) return []
    const search = new SearchRequest({ messageId, filter: new PresenceFilter({ attribute: 'objectClass' }) })
    search.parse(reader, [])
    const below = entries.filter(({ dn }) => dn.toLowerCase().endsWith(`,${search.baseDN.toLowerCase()}`))
    return [
      ...below.filter((entry) => matches(entry, search.filter)).map((entry) => found(messageId, entry)),
      result(messageId, DONE, 0),
    ]
  }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', (data) => {
      // Each request comes alone: the client waits for its answer.
      for (const message of answer(data)) socket.write(message)
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `ldap://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function message(id: number, operation: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  writer.startSequence()
  writer.writeInt(id)
  writer.startSequence(operation)
  write(writer)
  writer.endSequence()
  writer.endSequence()
  return writer.buffer
}

const result = (id: number, operation: number, code: number): Buffer =>
  message(id, operation, (writer) => {
    writer.writeEnumeration(code)
    writer.writeString('')
    writer.writeString('')
  })

const found = (id: number, { dn, attributes }: DirectoryEntry): Buffer =>
  message(id, FOUND, (writer) => {
    writer.writeString(dn)
    writer.startSequence()
    for (const [type, values] of Object.entries(attributes)) {
      writer.startSequence()
      writer.writeString(type)
      writer.startSequence(0x31)
      for (const value of values) writer.writeString(value)
      writer.endSequence()
      writer.endSequence()
    }
    writer.endSequence()
  })
