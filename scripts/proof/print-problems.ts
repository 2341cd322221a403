/** Problems printed in full; more are counted. */
const MOST_PROBLEMS = 20;

/** What is wrong, to stderr: stdout is for the figures. */
export function printProblems(problems: readonly string[]): void {
  for (const problem of problems.slice(0, MOST_PROBLEMS)) process.stderr.write(`WRONG: ${problem}\n`);
  if (problems.length > MOST_PROBLEMS) process.stderr.write(`WRONG: and ${problems.length - MOST_PROBLEMS} more\n`);
}
