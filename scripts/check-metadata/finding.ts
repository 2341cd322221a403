/** One thing that an org would refuse, or that breaks a promise of the package. */
export interface Finding {
  /** Which rule says so, in kebab case. */
  rule: string;
  /** The file, relative to the checked directory. */
  file: string;
  message: string;
}
