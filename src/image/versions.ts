/** The minor versions of v2, newest first as Glance lists them with several stores; only the links tell them apart. */
const SUPPORTED = ['2.15', '2.13', '2.12', '2.11', '2.10', '2.9', '2.8']
const CURRENT = '2.17'
const OLDER = ['2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0']

/** The document of GET / (300) and GET /versions (200). */
export const versionsDocument = (baseUrl: string) => {
  const view = (status: string) => (version: string) => ({
    id: `v${version}`,
    status,
    links: [{ rel: 'self', href: `${baseUrl}/v2/` }],
  })
  return {
    versions: [...SUPPORTED.map(view('SUPPORTED')), view('CURRENT')(CURRENT), ...OLDER.map(view('SUPPORTED'))],
  }
}
