// Loaded when a shared store is opened: the client is a file of its own in the package (tools/build.mjs).
export { Redis } from 'iovalkey';
