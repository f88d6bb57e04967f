//! Work that threads share.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kernels::Team;

const TEAMS: [usize; 5] = [0, 1, 2, 4, 8];

#[test]
fn every_piece_is_done_once() {
    for threads in TEAMS {
        let team = Team::new(threads);
        assert_eq!(team.threads(), threads.max(1));
        for round in 0..300 {
            let pieces = round % 37;
            let done: Vec<AtomicUsize> = (0..pieces).map(|_| AtomicUsize::new(0)).collect();
            team.share(pieces, |piece| {
                done[piece].fetch_add(1, Ordering::Relaxed);
            });
            assert!(done.iter().all(|done| done.load(Ordering::Relaxed) == 1), "round {round}");
        }
    }
}

#[test]
fn what_was_written_is_seen() {
    let team = Team::new(4);
    let mut numbers = vec![0_usize; 64];
    for round in 0..500 {
        team.share_mut(&mut numbers, |i, number| *number += i);
        assert!(numbers.iter().enumerate().all(|(i, &n)| n == i * (round + 1)), "round {round}");
    }
}

#[test]
fn pieces_run_at_the_same_time() {
    let team = Team::new(2);
    assert_eq!(team.threads(), 2);
    let meet = || {
        let (start, here) = (Instant::now(), AtomicUsize::new(0));
        // Each piece waits for the other: one thread alone would wait for ever.
        team.share(2, |_| {
            here.fetch_add(1, Ordering::SeqCst);
            while here.load(Ordering::SeqCst) < 2 {
                assert!(start.elapsed() < Duration::from_secs(20), "nobody came");
                std::thread::yield_now();
            }
        });
        assert_eq!(here.into_inner(), 2);
    };
    (0..50).for_each(|_| meet());
    std::thread::sleep(Duration::from_millis(20)); // they go to sleep
    meet();
}

#[test]
fn a_panic_reaches_the_caller_and_leaves_the_team_usable() {
    for threads in TEAMS {
        let team = Team::new(threads);
        for bad in [0, 1, 19] {
            let panic = catch_unwind(AssertUnwindSafe(|| {
                team.share(20, |piece| {
                    if piece == bad {
                        // Not `panic!`: its message would be printed.
                        std::panic::resume_unwind(Box::new(piece));
                    }
                });
            }));
            assert_eq!(*panic.unwrap_err().downcast::<usize>().unwrap(), bad);
            let sum = AtomicUsize::new(0);
            team.share(20, |piece| {
                sum.fetch_add(piece, Ordering::Relaxed);
            });
            assert_eq!(sum.into_inner(), 190);
        }
    }
}

#[test]
fn a_share_inside_a_piece_runs_alone() {
    let team = Team::new(4);
    let done = Mutex::new(Vec::new());
    team.share(5, |outer| {
        let thread = std::thread::current().id();
        team.share(6, |inner| {
            assert_eq!(std::thread::current().id(), thread);
            done.lock().unwrap().push(outer * 6 + inner);
        });
    });
    let mut done = done.into_inner().unwrap();
    done.sort_unstable();
    assert!(done.into_iter().eq(0..30));
}

#[test]
fn several_callers_share_a_team() {
    let team = Team::new(3);
    let sum = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    team.share(10, |piece| {
                        sum.fetch_add(piece, Ordering::Relaxed);
                    });
                }
            });
        }
    });
    assert_eq!(sum.into_inner(), 4 * 200 * 45);
}

#[test]
fn more_threads_than_processors_do_not_crawl() {
    let team = Team::new(8);
    let start = Instant::now();
    for _ in 0..2000 {
        team.share(8, |_| std::hint::black_box(()));
    }
    // A worker that had to be waited for would cost a turn of the scheduler, some milliseconds.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn a_team_that_sleeps_or_never_worked_ends() {
    drop(Team::new(4));
    let team = Team::new(4);
    team.share(4, |_| ());
    std::thread::sleep(Duration::from_millis(10));
    drop(team);
}
