/** The minor versions of v2 as Glance lists them with several stores; only the links tell them apart. */
const WITH_CACHE = ['2.18', '2.17', '2.16', '2.15', '2.14', '2.13', '2.12', '2.11', '2.10', '2.9', '2.8']
const WITHOUT_CACHE = ['2.15', '2.13', '2.12', '2.11', '2.10', '2.9', '2.8', '2.17']
const OLDER = ['2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0']

/**
 * The document of GET / (300) and GET /versions (200).
 * @param hasCache whether images can be cached, which some versions are about
 */
export const versionsDocument = (baseUrl: string, hasCache: boolean) => {
  const current = hasCache ? '2.18' : '2.17'
  return {
    versions: [...(hasCache ? WITH_CACHE : WITHOUT_CACHE), ...OLDER].map((version) => ({
      id: `v${version}`,
      status: version === current ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `${baseUrl}/v2/` }],
    })),
  }
}

const ALL = new Set([...WITH_CACHE, ...WITHOUT_CACHE, ...OLDER].map((version) => `v${version}`))

/** Whether it is a version of the API: `v2.3`. */
export const isVersion = (text: string): boolean => ALL.has(text)
