'use strict';

const element = (id) => document.getElementById(id);
const number = new Intl.NumberFormat();

async function ask(path) {
  const key = sessionStorage.getItem('flipside.key');
  const response = await fetch(path, { headers: key ? { 'X-Api-Key': key } : {} });
  const body = await response.json().catch(() => ({}));
  if (!response.ok && !path.startsWith('/q/')) {
    throw Object.assign(new Error(body.detail || response.statusText), { status: response.status });
  }
  return body;
}

function scoringWords(campaign) {
  const job = campaign.scoring;
  if (campaign.closed) return 'closed';
  if (!job) return 'not scored yet';
  switch (job.state) {
    case 'QUEUED': return 'waits to be scored';
    case 'RUNNING': return `scoring ${number.format(job.done)} of ${number.format(job.total)} images`;
    case 'FAILED': return 'scoring failed';
    case 'CANCELLED': return 'scoring was cancelled';
    default: return campaign.progress.remaining === 0 ? 'budget spent' : 'ready';
  }
}

function addFacts(list, facts) {
  for (const [name, value] of facts) {
    if (value === undefined || value === null || value === '') continue;
    list.append(
      Object.assign(document.createElement('dt'), { textContent: name }),
      Object.assign(document.createElement('dd'), { textContent: value }));
  }
}

function draw(campaign) {
  const card = element('campaign').content.cloneNode(true);
  const progress = campaign.progress;
  card.querySelector('h2').textContent = campaign.name;
  card.querySelector('.state').textContent = scoringWords(campaign);
  const bar = card.querySelector('.bar');
  const whole = Math.max(progress.budget, 1);
  for (const state of ['labelled', 'leased']) {
    const part = document.createElement('i');
    part.className = state;
    part.style.width = `${(100 * progress[state]) / whole}%`;
    bar.append(part);
  }
  bar.setAttribute('aria-label',
    `${progress.labelled} of ${progress.budget} regions of the budget are labelled`);
  for (const count of card.querySelectorAll('[data-count]')) {
    count.textContent = number.format(progress[count.dataset.count]);
  }
  addFacts(card.querySelector('dl'), [
    ['Pool', campaign.pool],
    ['Images', `${number.format(progress.scoredImages)} of ${number.format(progress.images)} scored`],
    ['Grid', campaign.grid],
    ['Classes', `${campaign.classes.classes.length}`],
    ['Strategy', campaign.strategy],
    ['Model', campaign.scoring && campaign.scoring.model],
    ['Failed', campaign.scoring && campaign.scoring.error],
    ['Since', new Date(campaign.created).toLocaleString()],
  ]);
  card.querySelector('.self').href = `/api/campaigns/${encodeURIComponent(campaign.id)}`;
  return card;
}

async function refresh() {
  let wait = 10000;
  try {
    const health = await ask('/q/health/ready');
    element('health').textContent = health.status === 'UP' ? 'ready' : 'not ready';
    const { campaigns } = await ask('/api/campaigns');
    const main = element('campaigns');
    if (campaigns.length === 0) {
      main.replaceChildren(element('empty').content.cloneNode(true));
      main.querySelector('.origin').textContent = location.origin;
    } else {
      main.replaceChildren(...campaigns.map(draw));
    }
    element('failure').hidden = true;
    element('sign-in').hidden = true;
    if (campaigns.some((each) => each.scoring && /QUEUED|RUNNING/.test(each.scoring.state))) {
      wait = 1000;
    }
  } catch (failure) {
    element('campaigns').replaceChildren();
    element('sign-in').hidden = failure.status !== 401;
    element('failure').hidden = failure.status === 401;
    element('failure').textContent = failure.status
      ? failure.message
      : 'The service does not answer. This page tries again by itself.';
    if (failure.status === 401) return;
  }
  setTimeout(refresh, wait);
}

element('sign-in').querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('flipside.key', element('key').value);
  refresh();
});
refresh();
