/** As long as a plan is searched for at most; most are found much sooner. */
export const PLAN_BUDGET_MS = 20_000;
