// What `haneul identity …` says.

export const identityEnglish = {
  usage: `Usage: haneul identity COMMAND [--state DIR]

  bootstrap        make the administrator, or give it a new password; make what is missing around it
                   --bootstrap-password P (or OS_BOOTSTRAP_PASSWORD), --bootstrap-username, --bootstrap-project-name,
                   --bootstrap-role-name, --bootstrap-service-name, --bootstrap-public-url, --bootstrap-internal-url,
                   --bootstrap-admin-url, --bootstrap-region-id, --no-immutable-roles
  fernet-rotate    make the staged token key the one that signs
  credential-rotate  make a new key for credentials, and seal all of them by it
  mapping-purge    forget which ids the users and groups of directories have: --all, or --domain-name, --public-id,
                   --local-id, --type user|group
  import [SOURCE]  bring a Keystone over: a file of mysqldump (.sql, .sql.gz), or the URL of its database
                   (mysql://user:password@host/keystone; or in the variable KEYSTONE_DATABASE)
                   --database NAME          which database, where the dump holds several
                   --credential-keys DIR    /etc/keystone/credential-keys, to open its credentials
                   --fernet-keys DIR        /etc/keystone/fernet-keys, so that its tokens stay good
                   --jws-keys DIR           the same where its tokens are JWS: DIR/public/*.pem, DIR/private/private.pem
                   --adopt                  what has the same name here stands for what is imported
                   --dry-run                tell what would be done, and do nothing
                   --json`,
  noPassword: '--bootstrap-password or OS_BOOTSTRAP_PASSWORD is needed.',
  bootstrapped: {
    created: (name: string) => `User ${name} was made.`,
    changed: (name: string) => `User ${name} has the new password now; earlier tokens of it have ended.`,
    kept: (name: string) => `User ${name} has that password already.`,
  },
  rotated: (count: number) => `Token keys were rotated; there are ${count} now.`,
  resealed: (count: number) => `There is a new key for credentials; ${count} were sealed by it.`,
  purgeWhat: 'Either --all, or some of --domain-name, --public-id, --local-id and --type (user or group).',
  noDomain: (name: string) => `There is no domain ${name}.`,
  purged: (count: number) => `${count} mappings were forgotten.`,
  noSource: 'Name a dump, the URL of a database, or --fernet-keys.',
  cannotRead: (source: string, why: string) => `${source} cannot be read: ${why}`,
  noKeys: (directory: string) => `There is no key in ${directory}.`,
  badKey: (file: string) => `${file} is no key of Keystone.`,
  keysAdopted: (count: number) => `${count} token keys were taken over.`,
  columns: { kind: 'Kind', added: 'New', present: 'Here already', adopted: 'Stood for' },
  left: (count: number, what: string) => `Not brought over: ${count} × ${what}`,
  conflict: (kind: string, name: string, theirs: string, ours: string) =>
    `${kind}: ${name} is ${theirs} there and ${ours} here`,
  moreConflicts: (count: number) => `… and ${count} more`,
  conflictHint:
    'Nothing was written. Import before the first haneul up, or with --adopt: what has the same name here then stands for what is imported.',
  dryRun: 'Nothing was written (--dry-run).',
  imported: 'Everybody keeps their ids and passwords. A password for admin-openrc: haneul identity bootstrap',
}

export const identityKorean: typeof identityEnglish = {
  usage: `사용법: haneul identity 명령 [--state DIR]

  bootstrap        관리자를 만들거나 새 비밀번호를 주고, 빠진 것을 채웁니다
                   --bootstrap-password P (또는 OS_BOOTSTRAP_PASSWORD), --bootstrap-username, --bootstrap-project-name,
                   --bootstrap-role-name, --bootstrap-service-name, --bootstrap-public-url, --bootstrap-internal-url,
                   --bootstrap-admin-url, --bootstrap-region-id, --no-immutable-roles
  fernet-rotate    대기 중인 토큰 키로 서명하도록 바꿉니다
  credential-rotate  자격 증명을 봉하는 키를 새로 만들고 모두 다시 봉합니다
  mapping-purge    디렉터리 사용자와 그룹의 id를 잊습니다: --all, 또는 --domain-name, --public-id,
                   --local-id, --type user|group
  import [원본]    Keystone을 옮겨 옵니다: mysqldump 파일(.sql, .sql.gz)이나 데이터베이스 URL
                   (mysql://사용자:비밀번호@호스트/keystone, 또는 환경 변수 KEYSTONE_DATABASE)
                   --database 이름          덤프에 여러 개가 있을 때 읽을 데이터베이스
                   --credential-keys DIR    /etc/keystone/credential-keys, 자격 증명을 풀 키
                   --fernet-keys DIR        /etc/keystone/fernet-keys, 쓰이는 토큰이 그대로 통하도록
                   --jws-keys DIR           토큰이 JWS일 때: DIR/public/*.pem, DIR/private/private.pem
                   --adopt                  이름이 같은 것이 여기 있으면 그것으로 대신합니다
                   --dry-run                무엇을 할지 보여 주기만 합니다
                   --json`,
  noPassword: '--bootstrap-password나 OS_BOOTSTRAP_PASSWORD가 필요합니다.',
  bootstrapped: {
    created: (name) => `사용자 ${name}을(를) 만들었습니다.`,
    changed: (name) => `사용자 ${name}의 비밀번호를 바꾸었습니다. 이전 토큰은 끝났습니다.`,
    kept: (name) => `사용자 ${name}의 비밀번호는 이미 그것입니다.`,
  },
  rotated: (count) => `토큰 키를 돌렸습니다. 이제 ${count}개입니다.`,
  resealed: (count) => `자격 증명 키를 새로 만들고 ${count}개를 다시 봉했습니다.`,
  purgeWhat: '--all만 주거나 --domain-name, --public-id, --local-id, --type(user 또는 group) 가운데 몇 가지를 주세요.',
  noDomain: (name) => `도메인 ${name}이(가) 없습니다.`,
  purged: (count) => `매핑 ${count}개를 잊었습니다.`,
  noSource: '덤프, 데이터베이스 URL, --fernet-keys 가운데 하나를 주세요.',
  cannotRead: (source, why) => `${source}을(를) 읽을 수 없습니다: ${why}`,
  noKeys: (directory) => `${directory}에 키가 없습니다.`,
  badKey: (file) => `${file}은(는) Keystone의 키가 아닙니다.`,
  keysAdopted: (count) => `토큰 키 ${count}개를 넘겨받았습니다.`,
  columns: { kind: '종류', added: '새로', present: '이미 있음', adopted: '대신함' },
  left: (count, what) => `옮기지 않은 것: ${count} × ${what}`,
  conflict: (kind, name, theirs, ours) => `${kind}: ${name}은(는) 거기서 ${theirs}, 여기서 ${ours}입니다`,
  moreConflicts: (count) => `… 그 밖에 ${count}건`,
  conflictHint:
    '아무것도 쓰지 않았습니다. 첫 haneul up 전에 옮기거나 --adopt를 쓰세요. 그러면 여기 있는 같은 이름의 것이 대신합니다.',
  dryRun: '아무것도 쓰지 않았습니다 (--dry-run).',
  imported: '모두 id와 비밀번호가 그대로입니다. admin-openrc에 쓸 비밀번호: haneul identity bootstrap',
}
