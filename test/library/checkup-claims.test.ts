import { testChecks } from './checkup-checks.js';

testChecks('exp required', 'token_type');
