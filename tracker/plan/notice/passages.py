"""Patterns of passages that are no tasks of their own: greetings and closings, assessments, shared deadlines."""

from __future__ import annotations

import re

ASSESSMENT = re.compile(
    r"(?:(?:về )?(?:mục đích|yêu cầu$|mục tiêu|quan điểm|phạm vi|đối tượng|đánh giá|kết quả|tình hình|tồn tại|hạn chế|nguyên nhân|ưu điểm|nhận định|những kết quả|một số kết quả)(?! .*(?:giao|yêu cầu))\b)"
)
OBEY = re.compile(
    r"(?:(?:nghiêm túc|khẩn trương|tổ chức|triển khai|quán triệt|chấp hành|phối hợp|và|,)\s*)*thực hiện(?:\s+(?:nghiêm|tốt|nghiêm túc|thông báo|kết luận|chỉ thị|công điện|kế hoạch|nội dung|các nội dung|này|trên|nêu trên|theo|đúng))*\s*[./]*"
)
"""An order that only says "carry this notice out"."""
NO_TASK = re.compile(
    r"(?:lưu ý|nhận được (?:công điện|thông báo|chỉ thị|công văn|kế hoạch|văn bản)|trên đây|căn cứ|thông báo (?:này|để|kết luận)|tham dự|dự họp|thành phần|cùng dự|ghi chú|đồng ý (?:với|chủ trương)|thống nhất (?:với|chủ trương|nội dung|về)(?!.*\bgiao\b)|cơ bản (?:đồng ý|thống nhất|nhất trí)(?!.*\bgiao\b)|ghi nhận|biểu dương|đánh giá cao|"
    r"kết luận này|kế hoạch này|văn phòng (?:ubnd|ủy ban nhân dân) \S+(?: \S+)?(?: \S+)? (?:xin )?(?:trân trọng )?(?:thông báo|truyền đạt)|(?:ubnd|ủy ban nhân dân|thừa lệnh)[^.]*(?:thông báo|truyền đạt)[^.]*(?:biết|thực hiện))"
)
CONDITIONAL = re.compile(
    r"(?:trong )?(?:quá trình|thời gian|khi)[^,.]*(?:thực hiện|triển khai)[^,.]*,?\s*(?:nếu|trường hợp)?[^,.]*(?:có|gặp|phát sinh)?[^,.]*(?:vướng mắc|khó khăn|phát sinh|nội dung chưa phù hợp)|nếu (?:có|gặp|phát sinh)[^,.]*(?:khó khăn|vướng mắc)"
)
END = re.compile(r"nơi nhận\b")
ANNEX = re.compile(r"phụ lục\b|biểu (?:tổng hợp|chi tiết|phân công)|danh mục (?:các )?nhiệm vụ|phân công nhiệm vụ")
SHARED = re.compile(
    r"(?:-\s*)?(?:yêu cầu\s+)?(?:(?:các|những|toàn bộ|tất cả)\s+(?:các\s+)?(?:nhiệm vụ|nội dung|công việc|đơn vị hoàn thành|việc)\b|(?:thời (?:gian|hạn)|hạn|tiến độ)(?:\s+(?:hoàn thành|thực hiện))?\b|hoàn thành\s+(?:các|tất cả|toàn bộ|những|trước|trong|chậm nhất)|nhiệm vụ (?:tại|nêu tại|ở)\s)"
)
ABOVE = re.compile(
    r"nêu trên|trên đây|ở trên|nói trên|phải hoàn thành|hoàn thành|thực hiện xong|:|tại (?:các )?(?:mục|điểm|khoản)|là\b"
)
ENUMERATED = re.compile(r"(?:\(\d{1,2}\)|\(?[a-zđ]\)|\d{1,2}\)|[-+•])\s+(?=\S)")
TAKES_OVER = re.compile(r"(?:(?:đồng thời|ngoài ra|bên cạnh đó)\s*,?\s*)?(?:chủ trì|phối hợp)\b")
