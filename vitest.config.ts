import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // far more than any test takes: a busy machine must not decide one
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // files share their imports: loading the engine and the libraries anew for each costs more than many a test
    maxWorkers: 2,
    isolate: false,
  },
});
