import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";

/** Runs a command on a pseudo-terminal of its own, and types keys when it shows a text. */
const SCRIPT = `
import fcntl, os, pty, struct, sys, termios
columns, shown, keys, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, int(columns), 0, 0))
    os.execvp(command[0], command)
output = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    output += part
    if keys and shown.encode() in output:
        os.write(terminal, keys.encode())
        keys = ""
os.write(1, output)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
`;

/** Whether this machine can open pseudo-terminals. */
export const hasPseudoTerminals = spawnSync("python3", ["-c", "import pty"]).status === 0;

/** What a person does at a terminal. */
export interface Person {
  readonly columns?: number;
  /** Is typed when this text is shown. */
  readonly at?: string;
  readonly keys?: string;
}

const ERASE = ["\u001B[2K", "\u001B[1G", "\u001B[G"];

/** Runs a program of Node at a terminal. Returns what it has shown, without colours, and its exit code. */
export async function runAtTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { columns = 80, at = "", keys = "" }: Person = {},
): Promise<{ readonly exitCode: number; readonly shown: string }> {
  const command = ["-c", SCRIPT, String(columns), at, keys, process.execPath, ...args];
  const child = spawn("python3", command, {
    env: { PATH: process.env["PATH"], TERM: "xterm-256color", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [shown, [exitCode]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  // What erases a line begins another one here.
  const lines = ERASE.reduce((all, sequence) => all.replaceAll(sequence, "\n"), shown);
  return { exitCode, shown: stripVTControlCharacters(lines).replaceAll("\r\n", "\n") };
}
