import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // far more than any test takes: a busy machine must not decide one
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // files share their imports: loading the engine and the libraries anew for each costs more than many a test
    // one more than the cores of a small machine: tests that start a program wait for it
    maxWorkers: 3,
    isolate: false,
  },
});
