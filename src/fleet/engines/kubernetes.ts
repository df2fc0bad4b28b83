import { type ArrayJob, elementCommand, reportCommand } from './array-job.ts';

/** Image that a cluster must have: Node and faultlog. */
const IMAGE = 'faultlog:latest';

/**
 * An Indexed Job as JSON, which `kubectl apply -f -` takes. Plan, captures and results must lie on a volume that the pods see at
 * the same paths: the claim is named `captures`, mounted at `root`.
 */
export function kubernetesJob(job: ArrayJob, parallelism: number, root: string): string {
  const container = {
    name: 'faultlog',
    image: IMAGE,
    command: ['/bin/sh', '-c', `exec ${elementCommand({ ...job, program: ['faultlog'] }, 'JOB_COMPLETION_INDEX')}`],
    volumeMounts: [{ name: 'captures', mountPath: root }],
  };
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'faultlog',
      annotations: { report: `when the job has ended: ${reportCommand({ ...job, program: ['faultlog'] })}` },
    },
    spec: {
      completionMode: 'Indexed',
      completions: job.elements,
      parallelism: Math.min(parallelism, job.elements),
      // A pod that fails is a node that failed: a task writes its result and exits with 0 whatever it found.
      backoffLimitPerIndex: 3,
      maxFailedIndexes: job.elements,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [container],
          volumes: [{ name: 'captures', persistentVolumeClaim: { claimName: 'captures' } }],
        },
      },
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
