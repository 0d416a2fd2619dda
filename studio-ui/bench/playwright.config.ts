import base from '../playwright.config';

export default { ...base, testDir: '.', outputDir: '../test-results', timeout: 300_000 };
