/* Answers questions on TCP port 7000; never returns. */
void serve(void);

/* A rate in MB/s, or `max`, in bytes per second. */
long rate_of(const char *text);
