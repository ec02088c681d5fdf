import { describe, expect, it } from 'vitest'
import { createInspector, INCOMPLETE, type Inspection } from './inspect.ts'

/** Feeds the bytes in chunks of the given size; the verdict must never depend on it. */
const inspect = (image: Buffer, chunkSize = 65536): Inspection => {
  const inspector = createInspector()
  for (let at = 0; at < image.length; at += chunkSize) inspector.feed(image.subarray(at, at + chunkSize))
  return inspector.finish()
}

const checks = (inspection: Inspection): string[] => inspection.problems.map(({ check }) => check)

type Field = { at: number; bits: 16 | 32 | 64; value: number | bigint }

const qcow2 = (...fields: Field[]): Buffer => {
  const image = Buffer.alloc(65536)
  image.write('QFI\xfb', 0, 'latin1')
  const defaults: Field[] = [
    { at: 4, bits: 32, value: 3 },
    { at: 20, bits: 32, value: 16 },
    { at: 24, bits: 64, value: 1n << 30n },
    { at: 36, bits: 32, value: 2 },
    { at: 40, bits: 64, value: 0x30000 },
    { at: 48, bits: 64, value: 0x10000 },
    { at: 56, bits: 32, value: 1 },
    { at: 96, bits: 32, value: 4 },
    { at: 100, bits: 32, value: 104 },
  ]
  for (const { at, bits, value } of [...defaults, ...fields]) {
    if (bits === 64) image.writeBigUInt64BE(BigInt(value), at)
    else if (bits === 32) image.writeUInt32BE(Number(value), at)
    else image.writeUInt16BE(Number(value), at)
  }
  return image
}

const DESCRIPTOR = [
  '# Disk DescriptorFile',
  'version=1',
  'CID=fffffffe',
  'parentCID=ffffffff',
  'createType="monolithicSparse"',
  '',
  '# Extent description',
  'RW 2048 SPARSE "disk.vmdk"',
  'ddb.adapterType = "ide"',
].join('\n')

const vmdk = (descriptor = DESCRIPTOR, patch: (image: Buffer) => void = () => undefined): Buffer => {
  const image = Buffer.alloc(64 * 1024)
  image.write('KDMV', 0, 'latin1')
  image.writeUInt32LE(1, 4)
  image.writeBigUInt64LE(2048n, 12)
  image.writeBigUInt64LE(1n, 28)
  image.writeBigUInt64LE(20n, 36)
  image.write(descriptor, 512, 'latin1')
  patch(image)
  return image
}

const footerVmdk = (patchFooter: (footer: Buffer) => void = () => undefined): Buffer => {
  const image = vmdk(DESCRIPTOR.replace('monolithicSparse', 'streamOptimized'), (image) =>
    image.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 56),
  )
  const tail = image.subarray(-1536)
  tail.writeUInt32LE(3, 12)
  image.copy(tail, 512, 0, 512)
  tail.writeBigUInt64LE(100n, 512 + 56)
  patchFooter(tail)
  return image
}

describe('raw', () => {
  it('is what nothing else recognises, its size the bytes seen', () => {
    expect(inspect(Buffer.alloc(5000, 7))).toEqual({
      format: 'raw',
      formats: ['raw'],
      virtualSize: 5000,
      actualSize: 5000,
      problems: [],
    })
    expect(inspect(Buffer.alloc(0))).toMatchObject({ format: 'raw', actualSize: 0 })
  })

  it('is what a header too short to be one is', () => {
    expect(inspect(Buffer.from('QFI\xfb', 'latin1')).format).toBe('raw')
    expect(inspect(qcow2().subarray(0, 300)).format).toBe('raw')
  })
})

describe('qcow2', () => {
  it('tells the virtual size whatever the chunks', () => {
    for (const chunkSize of [1, 7, 511, 512, 513, 65536]) {
      expect(inspect(qcow2(), chunkSize)).toMatchObject({ format: 'qcow2', virtualSize: 2 ** 30, problems: [] })
    }
    expect(inspect(qcow2({ at: 4, bits: 32, value: 2 }))).toMatchObject({ format: 'qcow2', problems: [] })
  })

  it.each<[string, Field[], string]>([
    ['a backing file', [{ at: 8, bits: 64, value: 512 }], 'backing_file'],
    ['an external data file', [{ at: 72, bits: 64, value: 4 }], 'data_file'],
    ['an unknown incompatible feature', [{ at: 72, bits: 64, value: 1n << 40n }], 'unknown_features'],
    ['extended L2 entries', [{ at: 72, bits: 64, value: 1n << 4n }], 'unknown_features'],
    ['version 1', [{ at: 4, bits: 32, value: 1 }], 'unknown_features'],
    ['version 4', [{ at: 4, bits: 32, value: 4 }], 'unknown_features'],
    ['AES encryption', [{ at: 32, bits: 32, value: 1 }], 'encryption'],
    ['LUKS encryption', [{ at: 32, bits: 32, value: 2 }], 'encryption'],
    ['a cluster size of 2^63', [{ at: 20, bits: 32, value: 63 }], 'header'],
    ['an L1 table of 32 GiB', [{ at: 36, bits: 32, value: 0xffff_ffff }], 'header'],
    ['an L1 table too small for the disk', [{ at: 36, bits: 32, value: 1 }], 'header'],
    ['an unaligned L1 table', [{ at: 40, bits: 64, value: 0x30001 }], 'header'],
    ['a reference table past the end of any file', [{ at: 48, bits: 64, value: 1n << 63n }], 'header'],
    ['a million snapshots', [{ at: 60, bits: 32, value: 1_000_000 }], 'header'],
    ['a version 3 header of 72 bytes', [{ at: 100, bits: 32, value: 72 }], 'header'],
    ['a size of 2^64 - 1', [{ at: 24, bits: 64, value: (1n << 64n) - 1n }], 'virtual_size'],
  ])('refuses %s', (_name, fields, check) => {
    expect(checks(inspect(qcow2(...fields)))).toContain(check)
  })

  it('allows the features that change nothing outside the file', () => {
    expect(inspect(qcow2({ at: 72, bits: 64, value: 0b1011 })).problems).toEqual([])
  })
})

describe('vmdk', () => {
  it('lets a sparse disk with its own extent through', () => {
    for (const chunkSize of [1, 100, 512, 65536]) {
      expect(inspect(vmdk(), chunkSize)).toMatchObject({ format: 'vmdk', virtualSize: 2048 * 512, problems: [] })
    }
  })

  it.each<[string, string]>([
    ['an extent with a path', DESCRIPTOR.replace('disk.vmdk', '/etc/passwd')],
    ['an extent up the tree', DESCRIPTOR.replace('disk.vmdk', '../disk')],
    ['a flat disk', DESCRIPTOR.replace('monolithicSparse', 'monolithicFlat')],
    ['no create type', DESCRIPTOR.replace('createType', 'type')],
    ['no extent', DESCRIPTOR.replace(/^RW.*$/m, '')],
    ['a line that means nothing', `${DESCRIPTOR}\nhello there`],
    ['a parent', `${DESCRIPTOR}\nparentFileNameHint="base.vmdk"`],
    ['nothing', ''],
  ])('refuses a descriptor with %s', (_name, descriptor) => {
    expect(checks(inspect(vmdk(descriptor)))).toEqual(['descriptor'])
  })

  it('refuses a bare descriptor even if it says it is sparse', () => {
    for (const text of [DESCRIPTOR, DESCRIPTOR.replace('monolithicSparse', 'twoGbMaxExtentFlat')]) {
      const inspection = inspect(Buffer.from(text.padEnd(600, '\n')), 100)
      expect(inspection.format).toBe('vmdk')
      expect(checks(inspection)).toEqual(['descriptor'])
    }
  })

  it('leaves ordinary text raw', () => {
    expect(inspect(Buffer.from('hello world\n'.repeat(1000))).format).toBe('raw')
    expect(inspect(Buffer.from('x'.repeat(3 * 2 ** 20))).format).toBe('raw')
  })

  it('refuses a descriptor elsewhere, cut off or of an unknown version', () => {
    expect(checks(inspect(vmdk(DESCRIPTOR, (image) => image.writeBigUInt64LE(64n, 28))))).toEqual(['descriptor'])
    expect(checks(inspect(vmdk(DESCRIPTOR, (image) => image.writeUInt32LE(9, 4))))).toEqual(['descriptor'])
    expect(checks(inspect(vmdk(DESCRIPTOR, (image) => image.writeBigUInt64LE(1n << 40n, 36))))).toContain(INCOMPLETE)
  })

  it('holds a footer to what the header said', () => {
    expect(inspect(footerVmdk(), 1000)).toMatchObject({ format: 'vmdk', problems: [] })
    expect(checks(inspect(footerVmdk((tail) => tail.writeBigUInt64LE(7n, 512 + 28))))).toEqual(['footer'])
    expect(checks(inspect(footerVmdk((tail) => tail.writeUInt32LE(1, 1024 + 12))))).toEqual(['footer'])
    expect(checks(inspect(footerVmdk((tail) => tail.writeUInt32LE(0, 512))))).toEqual(['footer'])
  })
})

const guidRow = (guid: string, write: (row: Buffer) => void): Buffer => {
  const row = Buffer.alloc(32)
  row.write(guid, 0, 'hex')
  write(row)
  return row
}

const vhdx = (flags = 0, size = 5n << 30n): Buffer => {
  const image = Buffer.alloc(2 * 2 ** 20)
  image.write('vhdxfile', 0, 'latin1')
  image.write('regi', 196608, 'latin1')
  image.writeUInt32LE(1, 196608 + 8)
  guidRow('06a27c8b90479a4bb8fe575f050f886e', (row) => row.writeBigUInt64LE(1n << 20n, 16)).copy(image, 196608 + 16)
  image.write('metadata', 2 ** 20, 'latin1')
  image.writeUInt16LE(2, 2 ** 20 + 10)
  guidRow('2442a52f1bcd7648b2115dbed83bf4b8', (row) => row.writeUInt32LE(65544, 16)).copy(image, 2 ** 20 + 32)
  guidRow('3767a1ca36fa434db3b633f0aa44e76b', (row) => row.writeUInt32LE(65536, 16)).copy(image, 2 ** 20 + 64)
  image.writeUInt32LE(flags, 2 ** 20 + 65536 + 4)
  image.writeBigUInt64LE(size, 2 ** 20 + 65544)
  return image
}

describe('vhdx', () => {
  it('follows the tables to the size', () => {
    for (const chunkSize of [999, 65536, 2 ** 21]) {
      expect(inspect(vhdx(), chunkSize)).toMatchObject({ format: 'vhdx', virtualSize: 5 * 2 ** 30, problems: [] })
    }
  })

  it('refuses a parent, a hostile table and a stream that ends early', () => {
    expect(checks(inspect(vhdx(2)))).toEqual(['backing_file'])
    expect(checks(inspect(vhdx(0, 1n << 63n)))).toEqual(['virtual_size'])
    expect(checks(inspect(vhdx().subarray(0, 2 ** 20)))).toEqual([INCOMPLETE])
    const hostile = vhdx()
    hostile.writeUInt32LE(0xffff_ffff, 196608 + 8)
    expect(checks(inspect(hostile))).toEqual(['header'])
    const backwards = vhdx()
    backwards.writeBigUInt64LE(0n, 196608 + 32)
    expect(checks(inspect(backwards))).toEqual(['header'])
  })
})

describe('formats told by a sector', () => {
  const sector = (write: (image: Buffer) => void, length = 40 * 1024): Buffer => {
    const image = Buffer.alloc(length)
    write(image)
    return image
  }
  const iso = (image: Buffer): void => {
    image.write('\x01CD001', 32768, 'latin1')
    image.writeUInt32LE(100, 32768 + 80)
    image.writeUInt16LE(2048, 32768 + 128)
  }
  const mbr = (image: Buffer): void => {
    image.writeUInt16LE(0xaa55, 510)
    image.writeUInt8(0x80, 446)
    image.writeUInt8(0x83, 450)
  }

  it('knows vdi, vhd, qed, luks and iso', () => {
    const vdi = sector((image) => {
      image.writeUInt32LE(0xbeda107f, 0x40)
      image.writeBigUInt64LE(77n, 0x170)
    })
    expect(inspect(vdi, 10)).toMatchObject({ format: 'vdi', virtualSize: 77, problems: [] })
    const vhd = sector((image) => {
      image.write('conectix', 0, 'latin1')
      image.writeBigUInt64BE(78n, 40)
      image.writeUInt32BE(3, 60)
    })
    expect(inspect(vhd)).toMatchObject({ format: 'vhd', virtualSize: 78, problems: [] })
    vhd.writeUInt32BE(4, 60)
    expect(checks(inspect(vhd))).toEqual(['backing_file'])
    expect(checks(inspect(sector((image) => image.write('QED\0', 0, 'latin1'))))).toEqual(['banned'])
    const luks = sector((image) => image.write('LUKS\xba\xbe\0\x01', 0, 'latin1'))
    expect(inspect(luks)).toMatchObject({ format: 'luks', problems: [] })
    luks.writeUInt16BE(2, 6)
    expect(checks(inspect(luks))).toEqual(['version'])
    expect(inspect(sector(iso), 1000)).toMatchObject({ format: 'iso', virtualSize: 204800, problems: [] })
  })

  it('checks partition tables, and leaves a FAT boot record raw', () => {
    expect(inspect(sector(mbr))).toMatchObject({ format: 'gpt', virtualSize: 40 * 1024, problems: [] })
    expect(checks(inspect(sector((image) => image.writeUInt16LE(0xaa55, 510))))).toEqual(['mbr'])
    const fat = sector((image) => {
      mbr(image)
      image.writeUInt8(2, 0x10)
      image.writeUInt8(0xf8, 0x15)
    })
    expect(inspect(fat).format).toBe('raw')
    const gpt = sector((image) => {
      image.writeUInt16LE(0xaa55, 510)
      image.writeUInt8(2, 448)
      image.writeUInt8(0xee, 450)
      image.writeUInt32LE(1, 454)
    })
    expect(inspect(gpt)).toMatchObject({ format: 'gpt', problems: [] })
    gpt.writeUInt8(0x83, 466)
    expect(checks(inspect(gpt))).toEqual(['mbr'])
  })

  it('takes a bootable ISO as an ISO and refuses any other mixture', () => {
    const bootable = sector((image) => {
      iso(image)
      mbr(image)
    })
    expect(inspect(bootable)).toMatchObject({ format: 'iso', virtualSize: 204800, problems: [] })
    const mixture = qcow2()
    iso(mixture)
    const inspection = inspect(mixture)
    expect(inspection.format).toBeUndefined()
    expect([...inspection.formats].sort()).toEqual(['iso', 'qcow2'])
  })
})
