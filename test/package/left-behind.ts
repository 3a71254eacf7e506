/** Does what a test does that is then killed: starts the command with a program beside it, and says where both listen. */
import { launch } from './command.js';

const program = `require('node:http').createServer().listen(0, '127.0.0.1', function () {
  console.log(process.env.OIDC_ISSUER + ' http://127.0.0.1:' + this.address().port);
})`;

launch(['exec', '--', process.execPath, '-e', program]).child.stdout.pipe(process.stdout);
