import { defineCheck } from '../check.ts';

/**
 * A label that a domain's XML names is sent along, and its security model must be one that the destination has
 * (virSecurityManagerCheckModel). A label that libvirt made itself is made anew there.
 */
export const securityCheck = defineCheck({
  subject: 'security',
  title: 'the destination has the security model of the domain',
  texts: {
    'no-model': {
      severity: 'blocker',
      message: '{there} does not confine guests with {model}, for which {domain} has a label',
      remedy:
        'turn {model} on on {there} (security_driver in /etc/libvirt/qemu.conf), or take the label out of the definition and restart {domain}: virsh edit {domain}',
    },
    unconfined: {
      severity: 'notice',
      message: '{here} confines {domain} with {model}, and {there} will not',
    },
    same: { severity: 'pass', message: '{there} confines guests as {here} does' },
  },
  run({ source, destination, domain }, found) {
    const models = (host: typeof source.host) => host.securityModels.map(({ name }) => name);
    const [ours, theirs] = [models(source.host), models(destination.host)];
    const values = { here: source.host.ref.name, there: destination.host.ref.name, domain: domain.name };
    const evidence = `${values.here} has ${ours.join(', ') || 'none'}, ${values.there} has ${theirs.join(', ') || 'none'}`;
    const labelled = domain.requires.securityLabels
      .filter(({ model }) => model !== '' && model !== 'none' && !theirs.includes(model))
      .map(({ model, xml }) => found('no-model', { ...values, model }, `${xml}; ${evidence}`));
    if (labelled.length > 0) return labelled;
    const lost = ours.filter((model) => !theirs.includes(model));
    if (lost.length > 0) return lost.map((model) => found('unconfined', { ...values, model }, evidence));
    return [found('same', values, evidence)];
  },
});
