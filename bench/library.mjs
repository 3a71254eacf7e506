// CPU milliseconds of a process that loads the library, and of startMock() and close() in it: node bench/library.mjs [FILE]
const file = process.argv[2] ?? new URL('../dist/index.js', import.meta.url).pathname;
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const before = used();
const { startMock } = await import(file);
const loaded = used();
const mock = await startMock();
await mock.close();
console.log(JSON.stringify({ node: before, imported: loaded, closed: used() - loaded }));
