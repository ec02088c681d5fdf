import { defineConfig } from 'vitest/config'

// Three projects, so that `npm run check` can run the architecture rules alone and the launcher can choose what a machine is able to run.
export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    projects: [
      { extends: true, test: { name: 'architecture', include: ['tools/architecture/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['tools/architecture/**', '**/*.real.test.ts'],
          // The longest takes 3 s alone; a busy machine must not fail it.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // What speaks SQL, once more on MariaDB.
      {
        extends: true,
        test: {
          name: 'mariadb',
          include: ['src/**/{routes,store,sagas,work,migrations,migrate}.test.ts'],
          globalSetup: ['src/platform/testing/mariadb.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // Tests against real engines (MariaDB, RabbitMQ, memcached, OVS, libvirt): slower, some as root, one file at a time.
      {
        extends: true,
        test: {
          name: 'real',
          include: ['src/**/*.real.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
