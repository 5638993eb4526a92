/**
 * The threads of a runtime: those that the setting asks for, else as many processors as Slurm has given to this task,
 * else whatever the runtime takes, which is all of the machine.
 */
export function runtimeThreads(setting: number | null, env = process.env): { readonly threads?: number } {
  if (setting !== null) return { threads: setting };
  const allotted = Number(env.SLURM_CPUS_PER_TASK);
  return Number.isInteger(allotted) && allotted > 0 ? { threads: allotted } : {};
}
