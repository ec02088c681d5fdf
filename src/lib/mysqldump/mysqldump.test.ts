import { describe, expect, it } from 'vitest'
import { type DumpRow, readDump, readStatements } from './mysqldump.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}
async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const each of from) found.push(each)
  return found
}
const rows = (text: string, size = 7): Promise<DumpRow[]> =>
  all(readDump(inPieces(text, size), (table) => table !== 'left'))

const dump = `/*M!999999\\- enable the sandbox mode */
-- MariaDB dump 10.19; don't trip over this
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE \`user\` (
  \`id\` varchar(64) NOT NULL,
  \`extra\` text DEFAULT NULL,
  \`enabled\` tinyint(1) DEFAULT NULL,
  \`at\` bigint(20) DEFAULT 0,
  PRIMARY KEY (\`id\`),
  KEY \`ix\` (\`extra\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3;
LOCK TABLES \`user\` WRITE;
INSERT INTO \`user\` VALUES
('a','{\\"email\\": \\"x\\'y; --\\"}',1,1763000000123456),
('b','it''s\\n한글 \\\\ /* no comment */ # neither',0,-5),('c',NULL,NULL,99999999999999999999);
INSERT INTO \`left\` VALUES (this is not read);
DELIMITER ;;
/*!50003 CREATE*/ /*!50003 TRIGGER t BEGIN SELECT 1; END */;;
DELIMITER ;
INSERT INTO \`user\` (\`id\`, \`at\`) VALUES (_binary 'd',1.5),("e""f",0x6162);
`

describe('a dump', () => {
  it.each([1, 3, 64, 100_000])('is read in pieces of %i letters', async (size) => {
    expect(await rows(dump, size)).toEqual(
      [
        { id: 'a', extra: '{"email": "x\'y; --"}', enabled: 1, at: 1763000000123456 },
        { id: 'b', extra: "it's\n한글 \\ /* no comment */ # neither", enabled: 0, at: -5 },
        { id: 'c', extra: null, enabled: null, at: '99999999999999999999' },
        { id: 'd', at: 1.5 },
        { id: 'e"f', at: 'ab' },
      ].map((row) => ({ database: null, table: 'user', row })),
    )
  })

  it('tells the databases apart', async () => {
    const two =
      'USE `a`;CREATE TABLE `t` (\n`x` int);INSERT INTO `t` VALUES (1);USE `b``c`;INSERT INTO `t` (`y`) VALUES (2);'
    expect(await rows(two)).toEqual([
      { database: 'a', table: 't', row: { x: 1 } },
      { database: 'b`c', table: 't', row: { y: 2 } },
    ])
  })

  it.each([
    ['INSERT INTO `t` VALUES (1);', /columns of t/],
    ['INSERT INTO `t` (`a`) VALUES (1,2);', /2 values for 1/],
    ['INSERT INTO `t` (`a`) VALUES (sleep(9));', /cannot be read/],
    ['INSERT INTO `t` (`a`) VALUES (1', /middle of a statement/],
    ['INSERT INTO `t` (`a`) VALUES (1) x;', /cannot be read/],
    ['INSERT INTO `t` (`a`) SELECT 1;', /without VALUES/],
    ["INSERT INTO `t` (`a`) VALUES ('x", /middle of a statement/],
  ])('that is none is refused: %s', async (text, expected) => {
    await expect(rows(text)).rejects.toThrow(expected)
  })

  it('has statements without their comments', async () => {
    const text = 'a /* ; */ b; -- c;\nd # e;\n;;f;'
    expect(await all(readStatements(inPieces(text, 2)))).toEqual(['a  b', 'd', 'f'])
  })
})
