/**
 * "Being predicted" is shown only after this time. Most plans are made sooner and ask to be presented themselves; showing
 * it for them, too, would cost requests to GitHub, and time of the very process that makes the plan.
 */
export const planningMs = 1_500;
