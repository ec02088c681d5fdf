// Every sentence an operator reads, in both languages. Korean is chosen by LC_ALL or LANG.
import type { FindingKind } from '../operator/findings.ts'
import { identityEnglish, identityKorean } from './messages/identity.ts'

type FindingTexts = { readonly [kind in FindingKind]: (subject: string, at: string) => string }

/** Every kind has its sentence. */
const allFindings = (texts: FindingTexts): FindingTexts => texts

const english = {
  identity: identityEnglish,
  usage: `Usage: haneul COMMAND

  up          start the cloud on this machine, or what is missing of it
              --simulated          no hypervisor, no network engine, no root
              --state DIR          where everything is kept
              --address IP         address the services answer on
              --admin-password P   password of admin, on the first start
              --nat                let guests reach the outside through this machine
              --foreground         stay, follow the logs, start again what ends, stop on Ctrl-C
              --yes                install missing packages without asking
  down        stop everything; data stays (--purge: remove it too)
  status      services and processes (--json)
  openrc      print the admin credentials file (--path: where it is)
  logs        [NAME] [-f]  print logs, or follow them
  doctor      look for what is wrong with this machine or this cloud (--heal: mend it;
              --checksum: read all image data, too)
  trace REQUEST-ID         tell what a request did (--json)
  explain server ID        tell why a server is on its host, or what left none (--json)
  identity COMMAND         bootstrap, rotate keys, import a Keystone (haneul identity: more)
  image guest OUT.qcow2    build a small guest image
  image import-dir DIR     make images of the disks in a directory (--visibility V), once each
  image metadefs [DIR]     add metadata definitions that are missing: the standard ones, or those of a directory
  test        run every test

Users keep their own tool: source "$(haneul openrc --path)" and then \`openstack ...\`.`,
  unknownCommand: (name: string) => `Unknown command: ${name}`,
  badOption: (why: string) => `${why}\nTry: haneul help`,
  needsRoot: 'This needs root (sudo), for networks and virtual machines. Without root: haneul up --simulated',
  busy: (pid: number) => `Another haneul up or down is at work here (process ${pid}).`,
  notUp: (state: string) => `No cloud has been started in ${state}.`,
  otherMode: (state: string, mode: string) =>
    `${state} holds a cloud whose hypervisor is ${mode}. Use another --state.`,
  staysSimulated: (state: string) =>
    `The cloud in ${state} is simulated and stays so. For a real one: haneul down --purge, or another --state.`,
  badAddress: (address: string) => `Not an IP address: ${address}`,
  badConfig: (file: string, why: string) => `${file}: ${why}`,
  passwordKept: 'The admin password is set on the first start only; --admin-password is ignored.',
  addressKept: (address: string, file: string) => `The address stays ${address}; change it in ${file}.`,
  unreachableState: (directory: string) =>
    `Guests run as the user libvirt-qemu, who may not enter ${directory}. Use a --state outside of it.`,
  longState: (state: string, bytes: number) => `${state} is too long a path for sockets: at most ${bytes} bytes.`,
  stateReady: (state: string) => `State in ${state}`,
  packages: 'Packages of this machine',
  packagesMissing: (names: string) => `To be installed with apt-get: ${names}`,
  packagesAsk: 'Install them now?',
  packagesRefused: 'Nothing was installed.',
  packagesInstall: 'Install packages',
  packagesNoApt: (names: string) => `Install these first (there is no apt-get here): ${names}`,
  openVSwitch: (datapath: string) => `Open vSwitch (${datapath} datapath)`,
  ovn: 'OVN',
  otherSwitch: (pid: number) =>
    `Another Open vSwitch runs here (process ${pid}); two cannot share a kernel. If nothing needs it: systemctl disable --now openvswitch-switch`,
  bridges: 'Bridges',
  nat: 'Way out for guests (NAT)',
  libvirt: 'libvirt',
  controller: 'Controller',
  agent: 'Agent',
  alreadyRuns: 'runs already',
  ready: (url: string, seconds: string) => `Haneul is up at ${url} (${seconds} s).`,
  next: (file: string) => `Next:  source ${file}  and then, for example,  openstack service list`,
  clientsMissing: (names: string) => `Not on this machine yet:  apt-get install ${names}`,
  following: 'Following the logs; Ctrl-C stops the cloud.',
  startedAgain: (names: string) => `Ended by itself, and is started again: ${names}`,
  died: (name: string, log: string) => `${name} ended by itself. The end of ${log}:`,
  late: (name: string, seconds: number) => `${name} was not ready after ${seconds} s.`,
  portTaken: (address: string, ports: string) => `In use on ${address} already, by something else: port ${ports}`,
  stopping: (name: string) => `Stop ${name}`,
  guests: 'Stop guests',
  nothingRuns: 'Nothing of this cloud runs.',
  isDown: 'Haneul is down; its data stays.',
  purged: (state: string) => `Haneul is down, and ${state} is gone.`,
  notOurs: (state: string) => `${state} does not look like a state directory of Haneul; nothing was removed.`,
  noLogs: (name: string) => `No such log: ${name}`,
  columns: { service: 'Service', type: 'Type', port: 'Port', healthy: 'Healthy', url: 'URL' },
  processColumns: { name: 'Process', pid: 'PID', running: 'Running', memory: 'Memory', log: 'Log' },
  yes: 'yes',
  no: 'no',
  guestNotBuilt: 'The guest image was not built. Its packages come from the package archive: is it within reach?',
  imageUsage: 'haneul image guest OUT.qcow2 | import-dir DIR [--visibility V] | metadefs [DIR]',
  noDirectory: (directory: string) => `Not a directory that can be read: ${directory}`,
  imported: 'imported',
  importedBefore: 'is there already',
  importSkipped: (file: string, why: string) => `${file}: skipped, ${why}`,
  importFailed: (file: string, why: string) => `${file}: failed, ${why}`,
  noDisk: 'not a disk',
  unsafeDisk: (why: string) => `not safe to use (${why})`,
  importDone: (added: number, kept: number, skipped: number, failed: number) =>
    `${added} imported, ${kept} there before, ${skipped} skipped, ${failed} failed.`,
  apiRefused: (what: string, status: number, why: string) => `${what}: ${status} ${why}`,
  metadefsDone: (added: number, kept: number) => `${added} namespaces added, ${kept} were there.`,
  notJson: (file: string) => `${file} is not JSON.`,
  testPart: (name: string) => `Tests: ${name}`,
  testFailures: 'Failed',
  doctorFine: 'Nothing wrong was found.',
  doctorFound: (count: number) => `${count} to look at.`,
  healed: (finding: string) => `mended: ${finding}`,
  healHint: 'haneul doctor --heal mends what can be mended without losing anything.',
  noController: 'The controller does not answer.',
  explainUsage: 'haneul explain server ID [--json]',
  explainNothing: (id: string) => `Nothing is known of how ${id} was built: there has been no such server.`,
  explainStep: (step: string, left: number) => `${step}: ${left} left`,
  explainHost: (host: string, freeMb: number) => `${host}, ${Math.floor(freeMb)} MiB free`,
  traceUsage: 'haneul trace REQUEST-ID [--json]',
  traceNothing: (id: string) => `Nothing is known of ${id}: it began no long work, or that ended more than a week ago.`,
  findings: allFindings({
    'allocation-without-server': (id, provider) => `provider ${provider} keeps room for server ${id}, which is gone`,
    'server-without-allocation': (id, host) => `server ${id} runs on ${host}, where no room is kept for it`,
    'port-without-server': (id, server) => `port ${id} belongs to server ${server}, which is gone`,
    'guest-of-deleted-server': (name, host) => `guest ${name} runs on ${host}, but its server was deleted`,
    'guest-unknown': (name, host) => `guest ${name} on ${host} is of no server that was ever known here`,
    'server-without-guest': (id, host) => `server ${id} is ACTIVE, but does not run on ${host}`,
    'host-away': (host) => `compute host ${host} does not answer`,
    'data-without-image': (id) => `image data ${id} belongs to no image`,
    'image-without-data': (id, store) =>
      `image ${id} is active, but its data is not there${store === '' ? '' : ` in store ${store}`}`,
    'image-data-corrupt': (id, store) => `the data of image ${id} in store ${store} is not what it was`,
    'image-store-away': (store) => `image store ${store} does not answer`,
    'fabric-away': () => 'OVN cannot be reached',
    'fabric-lacks': (id, kind) => `OVN lacks ${kind} ${id}`,
    'fabric-has-stranger': (id, kind) => `OVN has ${kind} ${id}, which is gone`,
    'fabric-not-told': (id, kind) => `OVN has not taken the last change of ${kind} ${id}`,
    'work-unfinished': (id, what) => `work ${id} has not ended for more than 10 minutes: ${what}`,
  }),
  doctor: {
    packages: (names: string) => `packages are missing (haneul up installs them): ${names}`,
    dead: (name: string) => `${name} should run and does not (haneul up starts it)`,
    unhealthy: (name: string, url: string) => `${name} does not answer at ${url}`,
    disk: (directory: string, mib: number) => `only ${mib} MiB are free in ${directory}`,
    secret: (file: string) => `others can read ${file} (chmod 600)`,
  },
}

export type Messages = typeof english

const korean: Messages = {
  identity: identityKorean,
  usage: `사용법: haneul 명령

  up          이 컴퓨터에서 클라우드를 시작합니다. 빠진 것만 시작합니다
              --simulated          하이퍼바이저, 네트워크 엔진, root 없이
              --state DIR          모든 것을 보관할 디렉터리
              --address IP         서비스가 응답할 주소
              --admin-password P   admin의 비밀번호 (첫 시작 때만)
              --nat                게스트가 이 컴퓨터를 거쳐 밖으로 나가게 합니다
              --foreground         끝나지 않고 로그를 보여 주며, 스스로 끝난 것을 다시 시작하고, Ctrl-C로 멈춥니다
              --yes                묻지 않고 빠진 패키지를 설치합니다
  down        모두 멈춥니다. 데이터는 남습니다 (--purge: 데이터도 지웁니다)
  status      서비스와 프로세스 (--json)
  openrc      admin 인증 파일을 출력합니다 (--path: 파일 위치)
  logs        [이름] [-f]  로그를 출력하거나 따라갑니다
  doctor      이 컴퓨터나 클라우드에 잘못된 것이 있는지 살핍니다 (--heal: 고칩니다,
              --checksum: 이미지 데이터도 모두 읽어 확인합니다)
  trace 요청-ID            요청이 한 일을 보여 줍니다 (--json)
  explain server ID        서버가 그 호스트에 있는 까닭이나, 호스트가 남지 않은 까닭을 보여 줍니다 (--json)
  identity 명령            bootstrap, 키 교체, Keystone에서 옮겨 오기 (자세히: haneul identity)
  image guest OUT.qcow2    작은 게스트 이미지를 만듭니다
  image import-dir DIR     디렉터리의 디스크마다 이미지를 한 번씩 만듭니다 (--visibility V)
  image metadefs [DIR]     없는 메타데이터 정의를 더합니다: 표준 정의, 또는 디렉터리의 정의
  test        모든 시험을 실행합니다

사용자는 쓰던 도구를 그대로 씁니다: source "$(haneul openrc --path)" 다음에 \`openstack ...\`.`,
  unknownCommand: (name) => `알 수 없는 명령입니다: ${name}`,
  badOption: (why) => `${why}\n도움말: haneul help`,
  needsRoot: '네트워크와 가상 머신을 다루려면 root(sudo)가 필요합니다. root 없이 쓰려면: haneul up --simulated',
  busy: (pid) => `다른 haneul up 또는 down이 여기서 작업 중입니다 (프로세스 ${pid}).`,
  notUp: (state) => `${state}에서 시작한 클라우드가 없습니다.`,
  otherMode: (state, mode) => `${state}에는 하이퍼바이저가 ${mode}인 클라우드가 있습니다. 다른 --state를 쓰세요.`,
  staysSimulated: (state) =>
    `${state}의 클라우드는 시뮬레이션이며 그대로 유지됩니다. 실제 클라우드를 원하면 haneul down --purge 또는 다른 --state를 쓰십시오.`,
  badAddress: (address) => `IP 주소가 아닙니다: ${address}`,
  badConfig: (file, why) => `${file}: ${why}`,
  passwordKept: 'admin 비밀번호는 첫 시작 때만 정합니다. --admin-password는 무시합니다.',
  addressKept: (address, file) => `주소는 ${address} 그대로입니다. 바꾸려면 ${file}을 고치세요.`,
  unreachableState: (directory) =>
    `게스트는 libvirt-qemu 사용자로 실행되는데 ${directory}에 들어갈 수 없습니다. 그 밖의 디렉터리를 --state로 쓰세요.`,
  longState: (state, bytes) => `${state}: 소켓을 두기에 경로가 너무 깁니다. ${bytes}바이트까지 됩니다.`,
  stateReady: (state) => `상태 디렉터리 ${state}`,
  packages: '이 컴퓨터의 패키지',
  packagesMissing: (names) => `apt-get으로 설치할 것: ${names}`,
  packagesAsk: '지금 설치할까요?',
  packagesRefused: '아무것도 설치하지 않았습니다.',
  packagesInstall: '패키지 설치',
  packagesNoApt: (names) => `먼저 설치하세요 (apt-get이 없습니다): ${names}`,
  openVSwitch: (datapath) => `Open vSwitch (${datapath} 데이터패스)`,
  ovn: 'OVN',
  otherSwitch: (pid) =>
    `다른 Open vSwitch가 실행 중입니다 (프로세스 ${pid}). 한 커널에서 둘을 쓸 수 없습니다. 필요 없다면: systemctl disable --now openvswitch-switch`,
  bridges: '브리지',
  nat: '게스트가 밖으로 나가는 길 (NAT)',
  libvirt: 'libvirt',
  controller: '컨트롤러',
  agent: '에이전트',
  alreadyRuns: '이미 실행 중',
  ready: (url, seconds) => `Haneul이 ${url} 에서 실행 중입니다 (${seconds}초).`,
  next: (file) => `다음:  source ${file}  그리고 예를 들어  openstack service list`,
  clientsMissing: (names) => `이 머신에 아직 없는 것:  apt-get install ${names}`,
  following: '로그를 보여 줍니다. Ctrl-C를 누르면 클라우드를 멈춥니다.',
  startedAgain: (names) => `스스로 끝나서 다시 시작합니다: ${names}`,
  died: (name, log) => `${name}이(가) 스스로 끝났습니다. ${log}의 끝부분:`,
  late: (name, seconds) => `${name}이(가) ${seconds}초가 지나도 준비되지 않았습니다.`,
  portTaken: (address, ports) => `${address}에서 다른 프로그램이 이미 쓰고 있는 포트: ${ports}`,
  stopping: (name) => `${name} 멈춤`,
  guests: '게스트 멈춤',
  nothingRuns: '실행 중인 것이 없습니다.',
  isDown: 'Haneul을 멈췄습니다. 데이터는 남아 있습니다.',
  purged: (state) => `Haneul을 멈추고 ${state}를 지웠습니다.`,
  notOurs: (state) => `${state}는 Haneul의 상태 디렉터리가 아닌 것 같아 아무것도 지우지 않았습니다.`,
  noLogs: (name) => `그런 로그가 없습니다: ${name}`,
  columns: { service: '서비스', type: '종류', port: '포트', healthy: '정상', url: 'URL' },
  processColumns: { name: '프로세스', pid: 'PID', running: '실행', memory: '메모리', log: '로그' },
  yes: '예',
  no: '아니요',
  guestNotBuilt:
    '게스트 이미지를 만들지 못했습니다. 필요한 패키지는 패키지 저장소에서 받습니다. 저장소에 연결되는지 확인하세요.',
  imageUsage: 'haneul image guest OUT.qcow2 | import-dir DIR [--visibility V] | metadefs [DIR]',
  noDirectory: (directory) => `읽을 수 있는 디렉터리가 아닙니다: ${directory}`,
  imported: '가져왔습니다',
  importedBefore: '이미 있습니다',
  importSkipped: (file, why) => `${file}: 건너뜀, ${why}`,
  importFailed: (file, why) => `${file}: 실패, ${why}`,
  noDisk: '디스크가 아닙니다',
  unsafeDisk: (why) => `쓰기에 안전하지 않습니다 (${why})`,
  importDone: (added, kept, skipped, failed) =>
    `${added}개 가져옴, ${kept}개는 이미 있음, ${skipped}개 건너뜀, ${failed}개 실패.`,
  apiRefused: (what, status, why) => `${what}: ${status} ${why}`,
  metadefsDone: (added, kept) => `네임스페이스 ${added}개를 더했고 ${kept}개는 이미 있었습니다.`,
  notJson: (file) => `${file}은(는) JSON이 아닙니다.`,
  testPart: (name) => `시험: ${name}`,
  testFailures: '실패',
  doctorFine: '잘못된 것을 찾지 못했습니다.',
  doctorFound: (count) => `살펴볼 것 ${count}개.`,
  healed: (finding) => `고침: ${finding}`,
  healHint: 'haneul doctor --heal은 아무것도 잃지 않고 고칠 수 있는 것을 고칩니다.',
  noController: '컨트롤러가 응답하지 않습니다.',
  explainUsage: 'haneul explain server ID [--json]',
  explainNothing: (id) => `${id}이(가) 만들어진 기록이 없습니다. 그런 서버는 없었습니다.`,
  explainStep: (step, left) => `${step}: ${left}개 남음`,
  explainHost: (host, freeMb) => `${host}, 여유 ${Math.floor(freeMb)} MiB`,
  traceUsage: 'haneul trace 요청-ID [--json]',
  traceNothing: (id) =>
    `${id}에 대해 알려진 것이 없습니다. 오래 걸리는 일을 시작하지 않았거나 끝난 지 일주일이 넘었습니다.`,
  findings: {
    'allocation-without-server': (id, provider) =>
      `프로바이더 ${provider}가 없어진 서버 ${id}의 자리를 잡아 두고 있습니다`,
    'server-without-allocation': (id, host) => `서버 ${id}가 ${host}에 있는데 자리가 잡혀 있지 않습니다`,
    'port-without-server': (id, server) => `포트 ${id}가 없어진 서버 ${server}의 것으로 되어 있습니다`,
    'guest-of-deleted-server': (name, host) => `게스트 ${name}이(가) ${host}에 있는데 그 서버는 삭제되었습니다`,
    'guest-unknown': (name, host) => `${host}의 게스트 ${name}은(는) 알려진 적이 없는 서버의 것입니다`,
    'server-without-guest': (id, host) => `서버 ${id}가 ACTIVE인데 ${host}에서 실행되고 있지 않습니다`,
    'host-away': (host) => `컴퓨트 호스트 ${host}가 응답하지 않습니다`,
    'data-without-image': (id) => `이미지 데이터 ${id}에 해당하는 이미지가 없습니다`,
    'image-without-data': (id, store) =>
      `이미지 ${id}가 active인데 ${store === '' ? '' : `저장소 ${store}에 `}데이터가 없습니다`,
    'image-data-corrupt': (id, store) => `저장소 ${store}에 있는 이미지 ${id}의 데이터가 처음과 다릅니다`,
    'image-store-away': (store) => `이미지 저장소 ${store}가 응답하지 않습니다`,
    'fabric-away': () => 'OVN에 연결할 수 없습니다',
    'fabric-lacks': (id, kind) => `OVN에 ${kind} ${id}가 없습니다`,
    'fabric-has-stranger': (id, kind) => `OVN에 없어진 ${kind} ${id}가 남아 있습니다`,
    'fabric-not-told': (id, kind) => `OVN이 ${kind} ${id}의 마지막 변경을 받지 못했습니다`,
    'work-unfinished': (id, what) => `작업 ${id}가 10분 넘게 끝나지 않았습니다: ${what}`,
  },
  doctor: {
    packages: (names) => `빠진 패키지가 있습니다 (haneul up이 설치합니다): ${names}`,
    dead: (name) => `${name}이(가) 실행되어야 하는데 멈춰 있습니다 (haneul up이 시작합니다)`,
    unhealthy: (name, url) => `${name}이(가) ${url} 에서 응답하지 않습니다`,
    disk: (directory, mib) => `${directory}에 ${mib} MiB만 남아 있습니다`,
    secret: (file) => `다른 사용자가 ${file}을 읽을 수 있습니다 (chmod 600)`,
  },
}

/** The catalogue for the language of a terminal's environment. */
export function messagesFor(env: NodeJS.ProcessEnv): Messages {
  const language = env['LC_ALL'] ?? env['LANG'] ?? ''
  return language.startsWith('ko') ? korean : english
}
