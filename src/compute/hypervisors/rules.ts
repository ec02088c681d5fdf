/** Memory that Nova counts as the host's own (`reserved_host_memory_mb`). */
export const RESERVED_MB = 512
