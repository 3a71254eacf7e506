import { file } from './lane-file.js';

export default file.t;
