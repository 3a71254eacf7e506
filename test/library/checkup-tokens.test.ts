import { testChecks } from './checkup-checks.js';

testChecks('access_token', 'endpoints on HTTPS');
