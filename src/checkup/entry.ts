// What the rest of the program uses of this folder, as one file of the package, which is read when a checkup is asked for.
export { declaredIn } from './libraries/project.js';
export { badgeOf } from './report/badge.js';
export { htmlOf } from './report/html.js';
export { junitOf } from './report/junit.js';
export { textOf } from './report/text.js';
export { runCheckup } from './run.js';
export { createRuns } from './runs.js';
export { CheckupStopped } from './stopped.js';
