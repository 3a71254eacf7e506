// Loaded when a shared store is opened: with all that is needed for one, the client is a file of its own in the package (tools/build.mjs).
export { Redis } from 'iovalkey';
