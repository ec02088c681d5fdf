import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/tasks.py. */
export const taskRules = [
  imageRule('get_task', 'rule:default', 'Show a task.'),
  imageRule('get_tasks', 'rule:default', 'List tasks.'),
  imageRule('add_task', 'rule:default', 'Begin a task.'),
  imageRule('modify_task', 'rule:default', 'Change a task; nothing asks this any more.'),
  imageRule('tasks_api_access', checks.admin, 'Use the API of tasks.'),
]
