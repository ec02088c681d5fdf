import { measure, must } from '../load.ts'
import type { Phases } from './phase.ts'

/** Tokens issued and validated, projects listed. */
export const identityPhases: Phases = async (cloud, note, seconds) => {
  const { pids, token } = cloud
  const url = `${cloud.url('identity')}/v3`
  const issue = () => must('POST', `${url}/auth/tokens`, { body: cloud.loginBody })
  for (const concurrency of [1, 8])
    await note(`token_issue_c${concurrency}`, () => measure(pids, { concurrency, seconds, warm: 4 }, issue))
  const byToken = {
    identity: { methods: ['token'], token: { id: token } },
    scope: { project: { id: cloud.projectId } },
  }
  const exchange = () => must('POST', `${url}/auth/tokens`, { body: { auth: byToken } })
  for (const concurrency of [1, 8])
    await note(`token_issue_by_token_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds, warm: 20 }, exchange),
    )
  const subject = String((await issue()).headers['x-subject-token'])
  const validate = () => must('GET', `${url}/auth/tokens`, { token, headers: { 'x-subject-token': subject } })
  for (const concurrency of [1, 16])
    await note(`token_validate_c${concurrency}`, () => measure(pids, { concurrency, seconds }, validate))
  for (const concurrency of [1, 8]) {
    await note(`projects_list_c${concurrency}`, () =>
      measure(pids, { concurrency, seconds }, () => must('GET', `${url}/projects`, { token })),
    )
  }
  await note('versions_root_c8', () => measure(pids, { concurrency: 8, seconds }, () => must('GET', url)))
}
