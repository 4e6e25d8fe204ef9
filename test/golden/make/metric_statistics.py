"""Tests and intervals of statsmodels, scipy and evalstats on generated scores (pip install statsmodels==0.15.0
evalstats==0.3.3):

    python test/golden/make/metric_statistics.py > test/golden/metric-statistics.json

The resamples of the bootstrap are drawn by the library's own generator, ported here, so that both sides see the same.
"""

import json
import sys
import warnings
from importlib.metadata import version

import evalstats
import numpy as np
import statsmodels.api as sm
from evalstats.core import resampling
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower, zt_ind_solve_power
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

warnings.filterwarnings("ignore")
MASK = 0xFFFFFFFF


class Xoshiro:
    """src/base/random.ts."""

    def __init__(self, seed):
        state = seed

        def draw():
            nonlocal state
            state = (state + 0x9E3779B9) & MASK
            z = ((state ^ (state >> 16)) * 0x85EBCA6B) & MASK
            z = ((z ^ (z >> 13)) * 0xC2B2AE35) & MASK
            return z ^ (z >> 16)

        self.s = [draw() for _ in range(4)]

    def next(self):
        a, b, c, d = self.s
        rotl = lambda v, k: ((v << k) | (v >> (32 - k))) & MASK
        result = (rotl((b * 5) & MASK, 7) * 9) & MASK
        shifted = (b << 9) & MASK
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        self.s = [a, b, c, rotl(d, 11)]
        return result

    def integer(self, bound):
        first, second = self.next(), self.next()
        return int(((first >> 5) * 2**26 + (second >> 6)) / 2**53 * bound)


rng = np.random.default_rng(20236)


def binary_pair(n, p, gain):
    base = rng.random(n) < p
    flip = rng.random(n) < gain
    return base.astype(int), np.where(flip, 1 - base, base).astype(int)


paired = []
for n, kind in [(2, "real"), (5, "real"), (40, "real"), (817, "real"), (100, "binary"), (817, "binary")]:
    base, tuned = binary_pair(n, 0.4, 0.2) if kind == "binary" else (rng.random(n).round(3), rng.random(n).round(3))
    groups = np.sort(rng.integers(0, max(2, n // 4), n))
    groups[0], groups[-1] = 0, max(2, n // 4) - 1
    difference = (tuned - base).astype(float)
    plain = DescrStatsW(difference)
    clustered = sm.OLS(difference, np.ones(n)).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    theirs = evalstats.pairwise_differences(np.array([tuned, base], dtype=float), 0, 1, method="t_interval")
    paired.append({
        "base": base.tolist(), "tuned": tuned.tolist(), "groups": groups.tolist(),
        "value": float(plain.mean), "standardError": float(plain.std_mean), "pValue": float(plain.ttest_mean(0)[1]),
        "interval": [float(v) for v in plain.tconfint_mean(0.05)], "interval99": [float(v) for v in plain.tconfint_mean(0.01)],
        "evalstats": {"value": float(theirs.point_diff), "interval": [float(theirs.ci_low), float(theirs.ci_high)],
                      "pValue": float(theirs.p_value)},
        "clustered": {"standardError": float(clustered.bse[0]), "pValue": float(clustered.pvalues[0]),
                      "interval": [float(v) for v in clustered.conf_int()[0]]},
    })

mcnemars = []
for gained, lost in [(0, 1), (1, 0), (3, 3), (10, 2), (25, 40), (120, 80), (500, 430), (0, 30), (7, 0)]:
    table = [[50, lost], [gained, 60]]
    exact, chi = mcnemar(table, exact=True), mcnemar(table, exact=False, correction=True)
    base = [1] * (50 + lost) + [0] * (gained + 60)
    tuned = [1] * 50 + [0] * lost + [1] * gained + [0] * 60
    theirs = evalstats.pairwise_differences(np.array([tuned, base], dtype=float), 0, 1, method="newcombe")
    mcnemars.append([gained, lost, float(exact.pvalue), float(chi.statistic), float(chi.pvalue), float(theirs.p_value)])

holms = []
for n in (1, 2, 5, 12, 40):
    p = (rng.random(n) ** 3).round(6)
    p[rng.integers(0, n)] = p[0]
    holms.append([p.tolist(), multipletests(p, method="holm")[1].tolist()])

detectable = []
for n in (20, 100, 817, 14042):
    for alpha, power in ((0.05, 0.8), (0.01, 0.9), (0.05, 0.1), (0.1, 0.99)):
        effect = zt_ind_solve_power(nobs1=n, alpha=alpha, power=power, ratio=0, alternative="two-sided")
        exact = NormalIndPower().power(effect, n, alpha, ratio=0)  # what its solver, good to 1e-6, has solved for
        detectable.append([n, alpha, float(exact), float(effect)])

wilson = []
for successes, n in ((0, 10), (10, 10), (3, 7), (412, 817), (1, 1), (14000, 14042)):
    for level in (0.9, 0.95, 0.999):
        low, high = proportion_confint(successes, n, alpha=1 - level, method="wilson")
        wilson.append([successes, n, level, float(low), float(high), *map(float, resampling.wilson_ci(successes, n, 1 - level))])

bootstraps = []
for n, seed, skew in ((15, 1, True), (60, 2, True), (60, 3, False)):
    values = (rng.random(n) ** (4 if skew else 1)).round(4)
    random = Xoshiro(seed)
    means = np.array([np.mean([values[random.integer(n)] for _ in range(n)]) for _ in range(1000)])
    low, high = stats._resampling._bca_interval((values,), lambda x, axis: np.mean(x, axis=axis), -1, 0.025, means, None, np)[:2] \
        if n > 0 else (0, 0)
    bca = [float(np.percentile(means, 100 * float(np.ravel(low)[0]))), float(np.percentile(means, 100 * float(np.ravel(high)[0])))]
    bootstraps.append({
        "values": values.tolist(), "seed": seed, "resamples": 1000, "standardError": float(means.std(ddof=1)),
        "percentile": [float(v) for v in np.percentile(means, [2.5, 97.5])], "bca": bca,
        "evalstatsPercentile": [float(v) for v in resampling._percentile_interval(means, 0.05)],
        "evalstatsBca": [float(v) for v in resampling.bca_interval_1d(values, float(values.mean()), means, 0.05)],
    })

distributions = {
    "normal": [[z, float(stats.norm.cdf(z)), float(2 * stats.norm.sf(abs(z)))] for z in (-9, -3.2, -1, -0.1, 0, 0.3, 1.96, 4, 8)],
    "normalQuantile": [[p, float(stats.norm.ppf(p))] for p in (1e-9, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999)],
    "student": [[t, d, float(2 * stats.t.sf(abs(t), d))] for d in (1, 2, 5, 30, 816, 14041) for t in (-12, -2.1, 0, 0.4, 1.96, 30)],
    "studentQuantile": [[p, d, float(stats.t.ppf(p, d))] for d in (1, 2, 5, 30, 816) for p in (0.005, 0.1, 0.5, 0.975, 0.9995)],
    "fairBinomial": [[k, n, float(stats.binom.cdf(k, n, 0.5)), float(stats.binom.pmf(k, n, 0.5))]
                     for k, n in ((0, 1), (3, 10), (5, 10), (40, 100), (480, 1000), (2400, 5000))],
}

json.dump({
    "header": {"implementation": f"statsmodels {version('statsmodels')}, scipy {version('scipy')}, evalstats {version('evalstats')}, "
                                 f"Python {sys.version.split()[0]}",
               "command": "python test/golden/make/metric_statistics.py"},
    "paired": paired, "mcnemar": mcnemars, "holm": holms, "detectable": detectable, "wilson": wilson, "bootstrap": bootstraps,
    "distributions": distributions,
}, sys.stdout, separators=(",", ":"))
