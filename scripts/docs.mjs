// Writes the reference of settings and commands from the schema and the commands themselves, and builds the site into
// docs/.vitepress/dist. Started by `npm run docs`, after a build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { program } from '../packages/deepflash/dist/commands/program.js';
import { describeSettings } from '../packages/segmentation/dist/index.js';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
mkdirSync(`${docs}reference`, { recursive: true });
writeFileSync(`${docs}reference/settings.md`, settingsPage());
writeFileSync(`${docs}reference/commands.md`, await commandsPage());
await build(docs);

function settingsPage() {
  const rows = describeSettings().map(
    ({ name, values, help, default: usual, flag }) =>
      `## ${name}\n\n${text(help)}\n\n- Values: ${text(values)}\n- Usual: ${code(usual)}\n- On the command line: \`${
        flag ? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` : `--set ${name}=…`
      }\`\n`,
  );
  return `# Settings\n\nEvery setting of a training, in the forms of the studio as on the command line.\n\n${rows.join('\n')}`;
}

async function commandsPage() {
  const parts = (await program()).commands.map((command) => {
    const options = command.options.map(
      ({ flags, description, defaultValue }) =>
        `| \`${flags.replaceAll('|', '\\|')}\` | ${cell(description)} | ${defaultValue === undefined ? '' : code(defaultValue)} |`,
    );
    return `## ${command.name()}\n\n${text(command.description())}\n\n\`deepflash ${command.name()} ${command.usage()}\`\n\n| option | what | usual |\n|---|---|---|\n${options.join('\n')}\n`;
  });
  return `# Commands\n\n\`deepflash COMMAND --help\` says the same in the terminal.\n\n${parts.join('\n')}`;
}

/** Text that Markdown and Vue leave as it is. */
function text(words) {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('{{', '&#123;&#123;')
    .replaceAll('*', '\\*')
    .replaceAll('\n', ' ');
}

function cell(words) {
  return text(words).replaceAll('|', '\\|');
}

function code(value) {
  return value === null ? 'open' : `\`${JSON.stringify(value)}\``;
}
